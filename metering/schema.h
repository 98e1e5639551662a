/* SPDX-License-Identifier: Apache-2.0 */
/* schema.h - the tables of the ledger, as one SQL text. */
#ifndef METERING_SCHEMA_H
#define METERING_SCHEMA_H

extern const char schema_sql[];

#endif
