/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/book.h"

#include "core/calendar.h"

#include <stdlib.h>
#include <string.h>

enum { SCOPE_CEILING = 1 << 30, KEY_MAX = 2 * BOOK_NAME_MAX + 2 };

struct book book_init(void)
{
	return (struct book){
		.scope = scope_init(SCOPE_CEILING),
		.subscription_names = map_init(BOOK_SERIES_MAX),
		.series_names = map_init(BOOK_SERIES_MAX),
	};
}

void book_release(struct book *book)
{
	free(book->meters);
	free(book->subscriptions);
	free(book->series);
	free(book->accounts);
	map_release(&book->subscription_names);
	map_release(&book->series_names);
	scope_release(&book->scope);
	*book = book_init();
}

/* Room for one more in an array that doubles; NULL where there is none. */
static void *array_push(void **array, size_t count, size_t size)
{
	if (count >= BOOK_SERIES_MAX)
		return NULL;
	if ((count & (count - 1)) == 0) {
		void *grown = realloc(*array, (count ? count * 2 : 1) * size);

		if (!grown)
			return NULL;
		*array = grown;
	}
	return (char *)*array + count * size;
}

#define PUSH(ARRAY, COUNT) array_push((void **)&(ARRAY), COUNT, sizeof(*(ARRAY)))

static int name_check(const char *name, const char *what, struct error *error)
{
	size_t size = strlen(name);

	if (size == 0 || size > BOOK_NAME_MAX)
		return error_set(error, ERROR_INPUT, "the name of a %s has 1 to %d bytes, \"%.40s\" has %zu", what,
				 BOOK_NAME_MAX, name, size);
	return 0;
}

int book_add_meter(struct book *book, const struct book_meter *meter, uint32_t *index, struct error *error)
{
	struct book_meter *added;

	if (name_check(meter->name, "meter", error) < 0)
		return error->code;
	added = PUSH(book->meters, book->meter_count);
	if (!added)
		return error_memory(error, "the meters");
	*added = *meter;
	added->name = scope_text(&book->scope, meter->name);
	if (!added->name)
		return error_memory(error, "the meters");
	if (index)
		*index = (uint32_t)book->meter_count;
	book->meter_count++;
	return 0;
}

int book_add_subscription(struct book *book, const struct book_subscription *subscription, uint32_t *index,
			  struct error *error)
{
	struct book_subscription *added;
	size_t size = strlen(subscription->name);

	if (name_check(subscription->name, "subscription", error) < 0)
		return error->code;
	if (map_get(&book->subscription_names, subscription->name, size) >= 0)
		return error_set(error, ERROR_INPUT, "subscription %s is there twice", subscription->name);
	added = PUSH(book->subscriptions, book->subscription_count);
	if (!added)
		return error_memory(error, "the subscriptions");
	*added = *subscription;
	added->name = scope_text(&book->scope, subscription->name);
	added->market = scope_text(&book->scope, subscription->market);
	if (!added->name || (subscription->market && !added->market) ||
	    map_set(&book->subscription_names, added->name, size, (int64_t)book->subscription_count) < 0)
		return error_memory(error, "the subscriptions");
	if (index)
		*index = (uint32_t)book->subscription_count;
	book->subscription_count++;
	return 0;
}

/* "subscription\0meter" into key; its size, or 0 if it is too long to be one. */
static size_t series_key(char *key, const char *subscription, size_t subscription_size, const char *meter,
			 size_t meter_size)
{
	if (subscription_size > BOOK_NAME_MAX || meter_size > BOOK_NAME_MAX)
		return 0;
	memcpy(key, subscription, subscription_size);
	key[subscription_size] = '\0';
	memcpy(key + subscription_size + 1, meter, meter_size);
	return subscription_size + 1 + meter_size;
}

int book_add_series(struct book *book, uint32_t subscription, uint32_t meter, bool expected, uint32_t *index,
		    struct error *error)
{
	const char *name = book->subscriptions[subscription].name, *meter_name = book->meters[meter].name;
	char key[KEY_MAX], *kept;
	size_t size = series_key(key, name, strlen(name), meter_name, strlen(meter_name));
	struct book_series *added;

	if (map_get(&book->series_names, key, size) >= 0)
		return error_set(error, ERROR_INPUT, "subscription %s has meter %s twice", name, meter_name);
	added = PUSH(book->series, book->series_count);
	kept = scope_copy(&book->scope, key, size);
	if (!added || !kept || map_set(&book->series_names, kept, size, (int64_t)book->series_count) < 0)
		return error_memory(error, "the series");
	*added = (struct book_series){
		.subscription = subscription,
		.meter = meter,
		.first_account = (uint32_t)book->account_count,
		.expected = expected,
	};
	if (index)
		*index = (uint32_t)book->series_count;
	book->series_count++;
	return 0;
}

int book_add_account(struct book *book, const struct book_account *account, struct error *error)
{
	struct book_series *series = &book->series[account->series];
	struct book_account *added;

	if (name_check(account->dimension, "dimension", error) < 0)
		return error->code;
	if (series->first_account + series->account_count != book->account_count)
		return error_set(error, APOLLO_BUG, "account %s is not added right after its series", account->dimension);
	if (account->divide_by < 1 || account->step < 1 || account->quantity_max < account->step)
		return error_set(error, ERROR_INPUT, "dimension %s: divisor %lld, step %lld or ceiling %lld is out of range",
				 account->dimension, (long long)account->divide_by, (long long)account->step,
				 (long long)account->quantity_max);
	added = PUSH(book->accounts, book->account_count);
	if (!added)
		return error_memory(error, "the accounts");
	*added = *account;
	added->dimension = scope_text(&book->scope, account->dimension);
	added->listing = scope_text(&book->scope, account->listing);
	if (!added->dimension || (account->listing && !added->listing))
		return error_memory(error, "the accounts");
	series->account_count++;
	book->account_count++;
	return 0;
}

int64_t book_find_series(const struct book *book, const char *subscription, size_t subscription_size,
			 const char *meter, size_t meter_size)
{
	char key[KEY_MAX];
	size_t size = series_key(key, subscription, subscription_size, meter, meter_size);
	int64_t found = size ? map_get(&book->series_names, key, size) : -1;

	if (found >= 0)
		return found;
	return map_get(&book->subscription_names, subscription, subscription_size) >= 0 ? -1 : -2;
}

const struct book_account *book_find_account(const struct book *book, int64_t id)
{
	for (size_t i = 0; i < book->account_count; i++)
		if (book->accounts[i].id == id)
			return &book->accounts[i];
	return NULL;
}

int64_t book_period_start(int64_t start, int months, int64_t k)
{
	return calendar_add_months(start, k * months);
}

int64_t book_period(int64_t start, int months, int64_t time)
{
	int64_t year, start_year, k;
	int month, day, start_month;

	if (months == 0 || time <= start)
		return start;
	apollo_civil(time / APOLLO_DAY, &year, &month, &day);
	apollo_civil(start / APOLLO_DAY, &start_year, &start_month, &day);
	k = ((year - start_year) * 12 + (month - start_month)) / months;
	while (book_period_start(start, months, k) > time)
		k--;
	while (book_period_start(start, months, k + 1) <= time)
		k++;
	return book_period_start(start, months, k);
}
