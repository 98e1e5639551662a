/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of private offers: a right offer for each marketplace, planted faults that turn one code red, and calendars. */
#include "offers/fees.h"
#include "offers/quote.h"
#include "offers/rules.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

/* What a text that is no file is called. */
#define WHERE "configuration:"

enum { TEST_CEILING = 64 << 20, WHERE_SIZE = sizeof(WHERE) - 1 };

#define GUIDS "00000000-1111-2222-3333-444444444444:55555555-6666-7777-8888-999999999999_2019-05-31"

/* What is sold; the places that tables change are unlike each other. */
#define SOLD                                                                                                                                \
	"offers = ( { name = \"o\"; product = \"managed_application\";\n"                                                                   \
	"  meters = ( { name = \"cap\"; aggregation = \"sum\"; }, { name = \"rd\"; aggregation = \"sum\"; } );\n"                            \
	"  dimensions = ( { name = \"tib\"; meter = \"cap\"; listings = ( { market = \"azure\"; id = \"t\"; }, { market = \"gcp\"; id = \"t\"; } ); },\n" \
	"    { name = \"tb\"; meter = \"rd\"; listings = ( { market = \"azure\"; id = \"r\"; }, { market = \"gcp\"; id = \"r\"; } ); } );\n" \
	"  plans = ( { name = \"flat\"; term = \"1y\"; base_fee = \"5000\";\n"                                                              \
	"      included = ( { dimension = \"tib\"; quantity = \"100\"; } );\n"                                                              \
	"      prices = ( { dimension = \"tib\"; unit_price = \"0.04\"; }, { dimension = \"tb\"; unit_price = \"0.25\"; } ); /*flat*/ },\n"   \
	"    { name = \"big\"; base_fee = \"9000\"; included = ( { dimension = \"tib\"; quantity = \"200\"; } );\n"                          \
	"      prices = ( { dimension = \"tib\"; unit_price = \"0.04\"; }, { dimension = \"tb\"; unit_price = \"0.25\"; } ); },\n"            \
	"    { name = \"usage\"; prices = ( { dimension = \"tib\"; unit_price = \"0.0385\"; } ); /*usage*/ } ); } );\n"

static const char right_azure[] =
	SOLD
	"private_offers = ( /*first*/\n"
	"  { name = \"a\"; market = \"azure\"; offer = \"o\"; plan = \"flat\"; customer: { billing_account = \"" GUIDS "\"; };\n"
	"    start = \"2027-01-01\"; end = \"2027-12-31\"; accept_by = \"2026-12-31\"; discount = \"10\"; terms = \"standard\"; } );\n";

static const char right_google[] =
	SOLD
	"private_offers = ( /*first*/\n"
	"  { name = \"g\"; market = \"gcp\"; offer = \"o\"; plan = \"usage\"; title = \"T\"; terms = \"standard\";\n"
	"    customer: { name = \"N\"; contact = \"C\"; email = \"c@example.com\"; address = \"A\"; billing_account = \"0123AB-4567CD-89EF01\"; };\n"
	"    start = \"2027-01-01\"; months = \"1y\"; accept_by = \"2026-12-31\"; interval = \"monthly\"; discount = \"10\";\n"
	"    commitment: { amount = \"3000\"; } } );\n";

/* Another private offer before the one that is judged; for amendments and overlaps. */
#define BEFORE_AZURE(MORE)                                                                                                                 \
	"{ name = \"before\"; market = \"azure\"; customer: { billing_account = \"" GUIDS "\"; }; accept_by = \"2026-12-20\"; " \
	"terms = \"standard\"; " MORE " },"
#define BEFORE_GOOGLE(MORE)                                                                                                                \
	"{ name = \"before\"; market = \"gcp\"; title = \"T\"; terms = \"standard\"; accept_by = \"2026-12-01\"; start = \"2026-12-01\"; " \
	"customer: { name = \"N\"; contact = \"C\"; email = \"c@example.com\"; address = \"A\"; billing_account = \"0123AB-4567CD-89EF01\"; }; " MORE " },"

struct planted {
	const char *code;    /* whose finding it is; the only refusal where it is one */
	const char *part, *instead;
	const char *part2, *instead2; /* a second change; NULL: none */
	const char *severity;
	const char *said, *hint;
};

#define NOTHING NULL, NULL

static const struct planted azure[] = {
	{"AZ-02", "{ market = \"azure\"; id = \"t\"; }, ", "", NOTHING, "refused", "plan flat sells tib, which is not listed at azure", "add a listing"},
	{"AZ-02", "unit_price = \"0.04\"", "tiers = ( { up_to = \"100\"; unit_price = \"0.05\"; }, { unit_price = \"0.03\"; } ); model = \"graduated\"", NOTHING, "refused",
	 "tib is priced by tiers, and Azure has one price", "a dimension for each tier, tib_1 for 0 to 100 at 0.05, tib_2 for the rest at 0.03: 3 dimensions"},
	{"AZ-02", "unit_price = \"0.04\"", "tiers = ( { up_to = \"100\"; unit_price = \"0.05\"; }, { unit_price = \"0.03\"; } ); model = \"volume\"", NOTHING, "refused", "tib is priced by tiers",
	 "a plan for each tier"},
	{"AZ-02", "unit_price = \"0.04\"", "unit_price = \"4\"; model = \"package\"; package = \"100\"", NOTHING, "refused", "tib is priced by the package", "unit is a package of 100 unit, at 4 each"},
	{"AZ-02", "unit_price = \"0.04\"", "tiers = ( { unit_price = \"0.04\"; fee = \"7\"; } ); model = \"graduated\"", NOTHING, "refused", "tib has a fee of 7", "base fee"},
	{"AZ-03", "discount = \"10\"", "discount = \"0\"", NOTHING, "refused", "plan flat has 0 percent off, and a percentage lowers the list", "prices of its own"},
	{"AZ-03", "discount = \"10\";", "", NOTHING, "refused", "nothing of plan flat is other than in the list", "\"discount\" or \"prices\""},
	{"AZ-03", "discount = \"10\"", "discount = \"10\"; prices = ( { dimension = \"tb\"; unit_price = \"0.2\"; } )", NOTHING, "refused",
	 "plan flat has prices of its own and a percentage", "prices of its own: tib at 0.036, tb at 0.18"},
	{"AZ-03", "discount = \"10\"", "discount = \"10\"; prices = ( { dimension = \"tb\"; discount = \"12.5\"; } )", NOTHING, "refused", "more than one percentage",
	 "tib at 0.036, tb at 0.21875"},
	{"AZ-03", "discount = \"10\"", "prices = ( { dimension = \"tb\"; unit_price = \"0.2001\"; } )", "\"managed_application\"", "\"vm\"", "refused",
	 "tb has a price of its own, 0.2001, and a machine image has only percentages", "19.96 percent off comes nearest: 0.2001"},
	{"AZ-03", "discount = \"10\"", "discount = \"10\"; minimum = \"100\"", NOTHING, "refused", "the bill of plan flat has a minimum, and Azure has none", "a base fee of 100"},
	{"AZ-03", "discount = \"10\"", "prices = ( { dimension = \"tb\"; unit_price = \"0.20005\"; } )", NOTHING, "warning", "0.20005 of tb has more than the 4 decimals", "draft"},
	{"AZ-03", "discount = \"10\"", "discount = \"10.125\"", NOTHING, "warning", "10.125 percent has more than 2 decimals", "draft"},
	{"AZ-04", "start = \"2027-01-01\"", "start = \"2027-01-15\"", NOTHING, "refused", "it starts on 2027-01-15, which is not the first of a month", "\"2027-01-01\" or \"2027-02-01\""},
	{"AZ-04", "start = \"2027-01-01\"", "start = \"2026-11-01\"", NOTHING, "refused", "it starts on 2026-11-01, which is past", "\"2026-12-01\""},
	{"AZ-04", "end = \"2027-12-31\"", "end = \"2027-12-30\"", NOTHING, "refused", "it ends on 2027-12-30, which is not the last day", "end = \"2027-11-30\" or \"2027-12-31\""},
	{"AZ-04", "end = \"2027-12-31\";", "", NOTHING, "refused", "it has no end", "end = \"2027-11-30\" or \"2027-12-31\""},
	{"AZ-04", "accept_by = \"2026-12-31\";", "", NOTHING, "refused", "it has no day to be accepted by", "accept_by = \"2026-12-31\""},
	{"AZ-04", "accept_by = \"2026-12-31\"", "accept_by = \"2026-11-20\"", NOTHING, "refused", "accepted by 2026-11-20, which is past", "2026-12-31"},
	{"AZ-04", "accept_by = \"2026-12-31\"", "accept_by = \"2028-02-01\"", NOTHING, "refused", "2028-02-01, when it has ended", "2026-12-31"},
	{"AZ-04", "accept_by = \"2026-12-31\"", "accept_by = \"2027-01-02\"", NOTHING, "warning", "it may be accepted until 2027-01-02, after it starts", "2026-12-31"},
	{"AZ-04", "start = \"2027-01-01\"", "start = \"acceptance\"", NOTHING, "warning", "the whole of that month is at its prices", "2026-12-01"},
	{"AZ-04", "start = \"2027-01-01\"; end = \"2027-12-31\"", "start = \"acceptance\"; months = \"1y\"", NOTHING, "refused", "a length of months is no day to end with", "end = \"2027-11-30\" or \"2027-12-31\""},
	{"AZ-04", "start = \"2027-01-01\"", "start = \"2027-01-01T00:00:00Z\"", NOTHING, "refused", "has a time of day, and Azure takes days", "2026-10-01"},
	{"AZ-05", "/*first*/", BEFORE_AZURE("offer = \"o\"; plan = \"flat\"; start = \"2026-12-01\"; end = \"2027-06-30\"; discount = \"5\";"), "terms = \"standard\"; } );", "terms = \"standard\"; amends = \"before\"; } );", "refused",
	 "it starts on 2027-01-01 and upgrades before, which runs until 2027-06-30", "start = \"2027-07-01\""},
	{"AZ-05", "/*first*/", BEFORE_AZURE("start = \"2026-12-01\"; end = \"2026-12-31\"; items = ( { offer = \"o\"; plan = \"big\"; discount = \"5\"; } );"),
	 "\"standard\"; } );", "\"standard\"; amends = \"before\"; } );", "warning", "it does not speak of plan big, which keeps the prices of before", "add an item"},
	{"AZ-05", "discount = \"10\"", "ramp = ( { months = \"6m\"; discount = \"20\"; }, { discount = \"10\"; } )", "plan = \"flat\";", "plan = \"flat\"; base_fee = \"4000\";", "refused",
	 "the prices of plan flat go in 2 steps", "1 from 2027-01-01, 2 from 2027-07-01"},
	{"AZ-06", "\"managed_application\"", "\"saas\"", NOTHING, "warning", "who accepts on 2026-12-31 has to subscribe to flat by 2027-01-30", ""},
	{"AZ-07", "/*first*/", BEFORE_AZURE("offer = \"o\"; plan = \"flat\"; start = \"2026-12-01\"; end = \"2027-03-31\"; discount = \"5\";"), NOTHING, "warning",
	 "of the same customer too, from 2027-01-01 to 2027-03-31: what then holds is a", "start = \"2027-04-01\""},
	{"AZ-07", "/*first*/", BEFORE_AZURE("offer = \"o\"; plan = \"flat\"; start = \"2026-12-01\"; end = \"2027-03-31\"; base_fee = \"4000\";"), NOTHING, "warning", "what then holds is before", ""},
	{"AZ-08", "quantity = \"100\"", "quantity = \"100.5\"", NOTHING, "refused", "100.5 of tib are included, and Azure takes whole numbers", "100 or 101"},
	{"AZ-08", "quantity = \"100\"", "quantity = \"100\"; reset = \"3m\"", NOTHING, "refused", "is for 3 months, and Azure has it for a month or a year", "33 each month"},
	{"AZ-08", "quantity = \"100\"", "quantity = \"100\"; reset = \"term\"", NOTHING, "refused", "for the whole term", "1m"},
	{"AZ-09", "\"rd\"; aggregation = \"sum\"", "\"rd\"; aggregation = \"sum\"; negative = true", NOTHING, "warning", "meter rd of tb takes negative values", "leave out"},
	{"AZ-09", "id = \"r\"; }, {", "id = \"r\"; step = \"10\"; }, {", "unit_price = \"0.25\"", "unit_price = \"0.25\"; step = \"1\"", "warning", "tb is billed in steps of 1 and told to the marketplace in steps of 10", "a step of 10"},
	{"AZ-10", "/*flat*/", "changes = ( { at = \"2027-04-15\"; announced = \"2026-12-01\"; base_fee = \"4000\"; } );", NOTHING, "refused", "change on 2027-04-15, which is not the first", "\"2027-04-01\" or \"2027-05-01\""},
	{"AZ-10", "/*flat*/", "changes = ( { at = \"2027-02-01\"; announced = \"2026-12-01\"; base_fee = \"6000\"; } );", NOTHING, "refused",
	 "the base fee rises on 2027-02-01, and is announced on 2026-12-01: less than 90 days", "at = \"2027-03-01\""},
	{"AZ-10", "/*flat*/", "changes = ( { at = \"2027-01-01\"; prices = ( { dimension = \"tb\"; unit_price = \"0.3\"; } ); } );", NOTHING, "refused", "tb rises on 2027-01-01, and is not announced by 2026-11-25", "at = \"2027-03-01\""},
	{"AZ-10", "/*flat*/", "changes = ( { at = \"2027-04-01\"; announced = \"2026-12-01\"; prices = ( { dimension = \"tb\"; unit_price = \"0.3\"; } ); } );", NOTHING, "warning",
	 "the list price of tb goes from 0.25 to 0.3 on 2027-04-01", "a price of its own, 0.225, stays"},
	{"AZ-11", "discount = \"10\"", "base_fee = \"0\"; instalments = ( { at = \"2027-01-01\"; amount = \"50\"; }, { at = \"2027-01-01\"; amount = \"50\"; } )", "\"managed_application\"", "\"saas\"", "refused",
	 "two instalments are on 2027-01-01", "one instalment"},
	{"AZ-11", "discount = \"10\"", "base_fee = \"0\"; total = \"100\"; instalments = ( { at = \"2027-01-01\"; amount = \"33.33\"; }, { at = \"2027-02-01\"; amount = \"33.33\"; }, { at = \"2027-03-01\"; amount = \"33.33\"; } )",
	 "\"managed_application\"", "\"saas\"", "refused", "the instalments add up to 99.99 and the total is 100", "3 equal parts are 33.34 for the first 1 and 33.33 for the rest"},
	{"AZ-11", "discount = \"10\"", "base_fee = \"0\"; instalments = ( { at = \"2027-01-01\"; amount = \"50\"; }, { at = \"2028-01-01\"; amount = \"50\"; } )", "\"managed_application\"", "\"saas\"", "refused",
	 "the instalment of 50 on 2028-01-01 is outside of the term", "from 2027-01-01 to 2027-12-31"},
	{"AZ-11", "discount = \"10\"", "instalments = ( { at = \"2027-01-01\"; amount = \"50\"; } )", "\"managed_application\"", "\"saas\"", "refused", "a base fee of 5000 comes beside the instalments", "base_fee = \"0\""},
	{"AZ-11", "discount = \"10\"", "base_fee = \"0\"; instalments = ( { at = \"2027-01-01\"; amount = \"100000000.01\"; } )", "\"managed_application\"", "\"saas\"", "warning", "add up to 100000000.01", "two agreements"},
	{"AZ-11", "discount = \"10\"", "discount = \"10\"; total = \"5\"", NOTHING, "refused", "there is a total of 5 and no instalment", "leave out"},
	{"AZ-11", "end = \"2027-12-31\"; accept_by = \"2026-12-31\"; discount = \"10\"", "end = \"2027-01-31\"; accept_by = \"2026-12-31\"; base_fee = \"0\"; instalments = ( { at = \"2027-01-01\"; amount = \"50\"; } )", "\"managed_application\"", "\"saas\"", "refused", "not longer than a month", "longer"},
	{"AZ-12", "terms = \"standard\"", "terms = \"standard\"; contacts = [ \"a@x\", \"b@x\", \"c@x\", \"d@x\", \"e@x\", \"f@x\" ]", NOTHING, "refused", "there are 6 contacts, and 5", "one address"},
	{"AZ-12", "terms = \"standard\"", "terms = \"standard\"; contacts = [ \"ax\" ]", NOTHING, "refused", "\"ax\" is no e-mail address", ""},
	{"AZ-12", "terms = \"standard\"", "terms = \"a.docx\"", NOTHING, "refused", "\"a.docx\" are no PDF", "a PDF"},
	{"AZ-12", "_2019-05-31", "_2019-05", NOTHING, "refused", "is not one of Azure's", "GUID"},
	{"AZ-12", "billing_account = \"" GUIDS "\";", "", NOTHING, "refused", "the customer has no billing account", "billing_account"},
	{"AZ-13", "name = \"flat\"", "name = \"a23456789012345678901234567890123456789012345678901\"", "plan = \"flat\"", "plan = \"a23456789012345678901234567890123456789012345678901\"", "warning",
	 "has 51 characters, and a plan's id has at most 50", "a2345678901234567890123456789012345678901234567890"},
	{"AZ-14", "discount = \"10\"", "discount = \"10\"; renewal_attested = true", NOTHING, "refused", "a renewal is attested, and the deal is new", "deal = \"renewal\""},
	{"AZ-14", "discount = \"10\"", "discount = \"10\"; deal = \"renewal\"", NOTHING, "warning", "the fee is 3 and not 1.5 percent, 1620.00 and not 810.00 USD of the contract's 54000.00", "renewal_attested = true"},
	{"AZ-15", "discount = \"10\"", "discount = \"10\"", NOTHING, "warning", "from 2028-01-01 plan flat is at list price: tib from 0.036 to 0.04, tb from 0.225 to 0.25, the base fee from 4500 to 5000", "upgrade"},
	{"AZ-16", "plan = \"flat\"", "plan = \"usage\"; base_fee = \"100\"", "discount = \"10\";", "", "refused", "a base fee of 100 for plan usage, which has none", "base fee"},
	{"AZ-17", "discount = \"10\"", "discount = \"10\"; included = ( { dimension = \"tib\"; quantity = \"200\"; } )", NOTHING, "refused",
	 "200 of tib would be included, and plan flat of a managed application includes 100", "plan big includes just that"},
	{"AZ-17", "discount = \"10\"", "discount = \"10\"; included = ( { dimension = \"tib\"; quantity = \"unlimited\"; } )", NOTHING, "refused", "all of tib would be included", "publish a plan that includes all of tib"},
	{"AZ-18", "discount = \"10\"", "base_fee = \"0\"; instalments = ( { at = \"2027-01-01\"; amount = \"6000\"; }, { at = \"2027-07-01\"; amount = \"6000\"; } )", NOTHING, "refused",
	 "plan flat has instalments, and is of a managed application", "a base fee of 1000.00 each billing period, 12 of them"},
	{"AZ-18", "plan = \"flat\"", "plan = \"usage\"; commitment: { amount = \"3000\"; every = \"1m\"; }", NOTHING, "refused", "commitment of 3000 for usage worth 3000", "a base fee of 3000.00 each billing period with 86580 tib included"},
	{"AZ-18", "discount = \"10\"", "discount = \"10\"; credits = ( { name = \"c\"; amount = \"500\"; } )", "\"managed_application\"", "\"saas\"", "refused", "c of 0 for usage worth 500", "or instalments"},
};

static const struct planted google[] = {
	{"GC-01", "discount = \"10\"", "discount = \"12.345\"", NOTHING, "refused", "the discount is 12.345 percent, and Google takes 2 decimals", "12.34 or 12.35"},
	{"GC-01", "discount = \"10\"", "discount = \"12.340\"", NOTHING, "refused", "12.340", "12.34"},
	{"GC-01", "discount = \"10\"", "prices = ( { dimension = \"tib\"; unit_price = \"0.03\"; } )", NOTHING, "refused",
	 "tib has a price of its own, 0.03, and Google takes a percentage off the list's 0.0385", "discount = \"22.08\" comes nearest: 0.0299992"},
	{"GC-01", "discount = \"10\"", "prices = ( { dimension = \"tib\"; unit_price = \"0.04\"; } )", NOTHING, "refused", "0.04, which is above the list", "the list price, 0.0385"},
	{"GC-01", "discount = \"10\"", "prices = ( { dimension = \"tib\"; tiers = ( { up_to = \"5\"; unit_price = \"0.03\"; }, { unit_price = \"0.02\"; } ); model = \"graduated\"; } )", NOTHING, "refused", "tib has tiers of its own", "keep the tiers"},
	{"GC-01", "discount = \"10\"", "discount = \"10\"; prices = ( { dimension = \"tib\"; discount = \"7.125\"; } )", NOTHING, "refused", "the discount of tib is 7.125 percent", "7.12 or 7.13"},
	{"GC-01", "discount = \"10\"", "discount = \"10\"; included = ( { dimension = \"tib\"; quantity = \"1000\"; } )", NOTHING, "refused", "1000 of tib would be included", "credit of 38.50 each billing period"},
	{"GC-01", "discount = \"10\"", "discount = \"10\"; minimum = \"100\"", NOTHING, "refused", "the bill has a minimum, and Google has none", "a commitment of 100"},
	{"GC-01", "discount = \"10\"", "discount = \"10\"; bill_discount = \"5\"", NOTHING, "refused", "a discount off the whole bill", "off the list"},
	{"GC-01", "}, { market = \"gcp\"; id = \"t\"; }", "}", NOTHING, "refused", "plan usage sells tib, which is not listed at gcp", "add a listing"},
	{"GC-02", "amount = \"3000\";", "amount = \"3000\"; discount = \"25\";", NOTHING, "refused", "the commitment is 25 percent off, and usage has a discount too", "amount = \"2250\" with discount = \"25\" off all usage"},
	{"GC-02", "discount = \"10\";\n    commitment: { amount = \"3000\";", "commitment: { amount = \"3000\"; discount = \"30\";", NOTHING, "warning", "past it usage costs 1.4286 times as much", "discount = \"30\" off all usage"},
	{"GC-02", "plan = \"usage\"", "plan = \"flat\"; base_fee = \"0\"", NOTHING, "refused", "plan flat has a flat fee, and a commitment goes only", "a flat fee"},
	{"GC-02", "commitment: { amount = \"3000\"; }", "base_fee = \"100\";", NOTHING, "refused", "there is a flat fee of 100, and plan usage has none", "a commitment of 100"},
	{"GC-02", "amount = \"3000\"", "amount = \"3000\"; overage = \"1.5\"", NOTHING, "refused", "costs 1.5 times its price, and Google has no such factor", "dearer"},
	{"GC-03", "amount = \"3000\"", "amount = \"3000.005\"", NOTHING, "refused", "what is paid for the commitment of 3000.005 is not in whole cents", "3000.00 or 3000.01"},
	{"GC-03", "amount = \"3000\"", "amount = \"1000000000.01\"", NOTHING, "refused", "of 1000000000.01 is too much", "at most 1000000000"},
	{"GC-03", "/*usage*/", "currency = \"EUR\";", NOTHING, "refused", "plan usage is in EUR", "USD"},
	{"GC-03", "commitment: {", "credits = ( { name = \"x\"; amount = \"5\"; } ); commitment: {", NOTHING, "refused", "there is extra credit x, which goes only with instalments", "custom"},
	{"GC-03", "interval = \"monthly\"", "interval = \"custom\"", "commitment: { amount = \"3000\"; }", "instalments = ( { at = \"2027-01-01\"; amount = \"5\"; credit = \"5\"; } ); credits = ( { name = \"x\"; amount = \"1000000.01\"; } );", "refused",
	 "the extra credit x of 1000000.01 is too much", "at most 1000000"},
	{"GC-04", "months = \"1y\"", "months = \"1y\"; renewals = 7", NOTHING, "refused", "12 months and 7 renewals are 96 months", "renewals = 6"},
	{"GC-04", "months = \"1y\"", "months = \"85m\"", NOTHING, "refused", "the term of 85 months is too long", "at most 84"},
	{"GC-04", "months = \"1y\"; ", "", NOTHING, "refused", "neither an end nor a number of months", "months = \"1m\""},
	{"GC-04", "interval = \"monthly\"", "interval = \"custom\"; renewals = 1", "commitment: { amount = \"3000\"; }", "instalments = ( { at = \"2027-01-01\"; amount = \"5\"; credit = \"5\"; } );", "refused", "only a standard interval renews", "renewals = 0"},
	{"GC-05", " accept_by = \"2026-12-31\";", "", NOTHING, "refused", "it has no day to be accepted by", "accept_by = \"2027-01-01\" at the latest"},
	{"GC-05", "accept_by = \"2026-12-31\"", "accept_by = \"2027-01-02\"", NOTHING, "refused", "2027-01-02, which is after its start", "accept_by = \"2027-01-01\""},
	{"GC-05", "accept_by = \"2026-12-31\"", "accept_by = \"2026-11-24\"", NOTHING, "refused", "2026-11-24, which is past", ""},
	{"GC-05", "accept_by = \"2026-12-31\"", "accept_by = \"2026-12-31T07:45:00Z\"", NOTHING, "refused", "is 2026-12-30 23:45 in Los Angeles, which is no midnight there",
	 "\"2026-12-30\" or \"2026-12-31\", whose midnights there are 2026-12-30 08:00 and 2026-12-31 08:00 UTC"},
	{"GC-05", "start = \"2027-01-01\"; months = \"1y\"; accept_by = \"2026-12-31\"", "start = \"2027-04-01\"; months = \"1y\"; accept_by = \"2027-02-26\"", NOTHING, "refused", "2027-02-26, which is after 3 months after it is published", "2027-02-25"},
	{"GC-06", "start = \"2027-01-01\"", "start = \"2027-01-01T00:00:00Z\"", NOTHING, "refused", "the start is 2026-12-31 16:00 in Los Angeles", "2027-01-01 08:00 UTC"},
	{"GC-06", "start = \"2027-01-01\"", "start = \"2027-11-26\"", NOTHING, "refused", "it starts on 2027-11-26, more than 12 months after it is published", "\"2027-11-25\" at the latest"},
	{"GC-06", "start = \"2027-01-01\"; months = \"1y\"; accept_by = \"2026-12-31\"", "start = \"2026-11-20\"; months = \"1y\"; accept_by = \"2026-11-26\"", NOTHING, "refused", "it starts on 2026-11-20, which is past", "acceptance"},
	{"GC-07", "interval = \"monthly\"", "interval = \"custom\"", "commitment: { amount = \"3000\"; }", "instalments = ( { at = \"2027-02-01\"; amount = \"5\"; credit = \"5\"; } );", "refused", "the first instalment is on 2027-02-01, and the start on 2027-01-01", "at = \"2027-01-01\""},
	{"GC-07", "interval = \"monthly\"", "interval = \"custom\"", "commitment: { amount = \"3000\"; }", "instalments = ( { at = \"2027-01-01\"; amount = \"5\"; credit = \"5\"; }, { at = \"2028-01-01\"; amount = \"5\"; credit = \"5\"; } );", "refused", "2028-01-01 is not before the end", "before 2028-01-01"},
	{"GC-07", "interval = \"monthly\"", "interval = \"custom\"", "commitment: { amount = \"3000\"; }", "instalments = ( { at = \"2027-01-01\"; amount = \"5\"; credit = \"5\"; }, { at = \"2027-06-01\"; amount = \"5\"; } );", "refused", "buys no credit, and the first one does", "in all of them"},
	{"GC-07", "interval = \"monthly\"", "interval = \"custom\"", "commitment: { amount = \"3000\"; }", "instalments = ( { at = \"2027-01-01\"; amount = \"5\"; credit = \"5\"; }, { at = \"2027-01-01\"; amount = \"5\"; credit = \"5\"; } );", "refused", "comes behind the one on 2027-01-01", "after the one"},
	{"GC-07", "interval = \"monthly\"", "interval = \"custom\"", "commitment: { amount = \"3000\"; }", "total = \"11\"; instalments = ( { at = \"2027-01-01\"; amount = \"5\"; credit = \"5\"; }, { at = \"2027-02-01\"; amount = \"5\"; credit = \"5\"; } );", "refused", "add up to 10.00 and the total is 11", "5.50 each"},
	{"GC-07", "interval = \"monthly\"", "interval = \"custom\"", "commitment: { amount = \"3000\"; }", "", "refused", "there are no instalments", "instalments"},
	{"GC-07", "commitment: { amount = \"3000\"; }", "commitment: { amount = \"3000\"; }; instalments = ( { at = \"2027-01-01\"; amount = \"5\"; } );", NOTHING, "refused", "there are instalments, and the interval is monthly", "custom"},
	{"GC-07", "interval = \"monthly\"", "interval = \"custom\"", "commitment: { amount = \"3000\"; }", "instalments = ( { at = \"2027-01-01\"; amount = \"5\"; credit = \"5\"; }, { at = \"2027-06-01T00:00:00Z\"; amount = \"5\"; credit = \"5\"; } );", "refused", "is at no midnight of Los Angeles", "07:00 UTC"},
	{"GC-08", "interval = \"monthly\"", "interval = \"monthly_postpay\"", NOTHING, "refused", "monthly_postpay is not taken", "monthly_prorated"},
	{"GC-08", "interval = \"monthly\"; ", "", NOTHING, "refused", "something is paid every 1 months, and there is no interval", "interval = \"monthly_prorated\""},
	{"GC-08", "interval = \"monthly\"", "interval = \"quarterly\"", NOTHING, "refused", "something is paid every 1 months, and the interval is quarterly", "for 3 months"},
	{"GC-08", "commitment: { amount = \"3000\"; }", "", NOTHING, "refused", "the interval is monthly, and nothing is paid ahead", "leave out"},
	{"GC-08", "discount = \"10\"", "discount = \"10\"; ramp = ( { months = \"6m\"; discount = \"20\"; }, { discount = \"10\"; } )", NOTHING, "refused", "prices go in 2 steps", "custom"},
	{"GC-08", "months = \"1y\"", "months = \"13m\"", "interval = \"monthly\"; discount = \"10\";\n    commitment: { amount = \"3000\";", "interval = \"yearly\"; discount = \"10\"; commitment: { amount = \"3000\"; every = \"1y\";", "warning", "a term of 13 months is no whole number of yearly intervals", "\"12m\" or \"24m\""},
	{"GC-08", "/*first*/", BEFORE_GOOGLE("offer = \"o\"; plan = \"usage\"; discount = \"5\"; end = \"2027-12-31\";"), "months = \"1y\"", "end = \"2027-12-31\"; amends = \"before\"", "refused", "ends together with before", "months"},
	{"GC-09", "/*first*/", BEFORE_GOOGLE("offer = \"o\"; plan = \"usage\"; discount = \"5\"; months = \"1y\"; interval = \"monthly\"; commitment: { amount = \"4000\"; };"), "interval = \"monthly\"; discount", "amends = \"before\"; interval = \"monthly\"; discount", "refused", "the commitment falls from 4000 to 3000", "at least 4000"},
	{"GC-09", "/*first*/", BEFORE_GOOGLE("offer = \"o\"; plan = \"flat\"; discount = \"5\"; months = \"1y\"; interval = \"monthly\";"), "interval = \"monthly\"; discount", "amends = \"before\"; interval = \"monthly\"; discount", "refused", "the form becomes commitment, and all usage at a discount", "as in before: flat fee and usage"},
	{"GC-09", "/*first*/", BEFORE_GOOGLE("offer = \"o\"; plan = \"usage\"; discount = \"5\"; months = \"1y\"; interval = \"yearly\"; commitment: { amount = \"30000\"; every = \"1y\"; };"), "interval = \"monthly\"; discount", "amends = \"before\"; interval = \"monthly\"; discount", "refused", "the interval goes from yearly to monthly", "interval = \"yearly\" or \"custom\""},
	{"GC-09", "/*first*/", BEFORE_GOOGLE("offer = \"o\"; plan = \"usage\"; discount = \"5\"; months = \"1y\"; deal = \"renewal\"; interval = \"monthly\"; commitment: { amount = \"3000\"; };"), "interval = \"monthly\"; discount", "amends = \"before\"; interval = \"monthly\"; discount", "refused", "the deal is new, and before was a renewal", "deal = \"renewal\""},
	{"GC-10", "title = \"T\";", "", NOTHING, "refused", "it has no title", "title"},
	{"GC-10", "title = \"T\"; terms = \"standard\"", "title = \"T\"", NOTHING, "refused", "no licence", "standard"},
	{"GC-10", "title = \"T\"", "title = \"T\"; note = \"\xc3\xa9" "2345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012\"", NOTHING, "refused", "the note has 122 characters, and 120", "2 characters less"},
	{"GC-10", "plan = \"usage\"; title", "items = ( { offer = \"o\"; plan = \"big\"; discount = \"10\"; }, { offer = \"o\"; plan = \"flat\"; discount = \"10\"; } ); title", "interval = \"monthly\"; discount = \"10\";\n    commitment: { amount = \"3000\"; }", "interval = \"monthly\";", "refused", "it has 2 plans", "2 private offers"},
	{"GC-11", "contact = \"C\"; ", "", NOTHING, "refused", "the customer has no contact", "contact"},
	{"GC-11", "0123AB-4567CD-89EF01", "0123AB-4567CD", NOTHING, "refused", "\"0123AB-4567CD\" is not one of Google's", "0123AB-4567CD-89EF01"},
	{"GC-11", "c@example.com", "example.com", NOTHING, "refused", "is no e-mail address", ""},
	{"GC-12", "amount = \"3000\"", "amount = \"833333.34\"", NOTHING, "warning", "its total value of 10000000.08 USD is above 10000000", "24 hours"},
	{"GC-12", "interval =", "deal = \"migration\"; interval =", NOTHING, "warning", "the deal is a migration, so Google looks at it first; its total value is 36000.00 USD", "24 hours"},
	{"GC-13", "interval =", "additional_value = \"1000000001\"; eligible = [ \"t\" ]; interval =", NOTHING, "refused", "the additional value of 1000000001 is too much", "at most"},
	{"GC-13", "interval =", "additional_value = \"100\"; interval =", NOTHING, "refused", "nothing counts toward it", "eligible"},
	{"GC-13", "interval =", "eligible = [ \"t\" ]; interval =", NOTHING, "refused", "there is no additional value", "additional_value"},
	{"GC-13", "interval =", "additional_value = \"100\"; eligible = [ \"zz\" ]; interval =", NOTHING, "warning", "\"zz\" counts toward the additional value, and is nothing that is sold", "a dimension"},
	{"GC-13", "interval =", "additional_value = \"100\"; eligible = [ \"t\" ]; interval =", NOTHING, "warning", "is asked for by the seller, and not by Google", ""},
	{"GC-14", "interval = \"monthly\"", "interval = \"custom\"", "commitment: { amount = \"3000\"; }", "instalments = ( { at = \"2027-01-01\"; amount = \"5\"; credit = \"5\"; } ); credits = ( { name = \"x\"; amount = \"9\"; lasts = \"3m\"; } );", "refused", "credit x lasts 3 months", "leave out \"lasts\""},
	{"GC-14", "interval = \"monthly\"", "interval = \"custom\"", "commitment: { amount = \"3000\"; }", "instalments = ( { at = \"2027-01-01\"; amount = \"5\"; credit = \"5\"; } ); credits = ( { name = \"x\"; amount = \"9\"; after = \"3m\"; } );", "refused", "credit x comes 3 months after the start", "into the instalment"},
	{"GC-14", "interval = \"monthly\"; discount = \"10\";\n    commitment: { amount = \"3000\";", "interval = \"yearly\"; discount = \"10\"; commitment: { amount = \"3000\"; every = \"1y\"; discard = true;", NOTHING, "warning", "there is none after the first", "leave out"},
};

/* ---- one check ---- */

struct checked {
	struct scope scope;
	struct catalog catalog;
	struct marketplaces marketplaces;
	struct offer_check check;
	bool open;
};

static void checked_release(struct checked *checked)
{
	if (checked->open)
		catalog_release(&checked->catalog);
	marketplaces_release(&checked->marketplaces);
	scope_release(&checked->scope);
}
#define CHECKED_CLEANUP __attribute__((cleanup(checked_release)))

static int64_t time_of(const char *text)
{
	int64_t time = 0;

	CU_ASSERT_EQUAL_FATAL(apollo_time_parse(text, strlen(text), 0, &time), 0);
	return time;
}

/* Reads a text and checks it. */
static void text_check(const char *text, const char *now, struct checked *checked)
{
	struct error error = {0};

	*checked = (struct checked){.scope = scope_init(TEST_CEILING)};
	checked->check = (struct offer_check){.scope = &checked->scope, .catalog = &checked->catalog, .marketplaces = &checked->marketplaces, .now = time_of(now)};
	UNIT_OK(marketplaces_read(TEST_SOURCE_DIR "/templates", &checked->marketplaces, &error), &error);
	UNIT_OK(catalog_parse(text, strlen(text), "t.cfg", "/", CATALOG_SOLD, &checked->catalog, &error), &error);
	if (error.code < 0)
		return;
	checked->open = true;
	UNIT_OK(offer_check_run(&checked->check, &error), &error);
}

/* The first `part` of a text replaced; the scope's. */
static const char *replaced(struct scope *scope, const char *text, const char *part, const char *instead)
{
	const char *at = strstr(text, part);

	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	return scope_print(scope, "%.*s%s%s", (int)(at - text), text, instead, at + strlen(part));
}

static const char now[] = "2026-11-25T12:00:00Z";

static void findings_show(const struct offer_check *check)
{
	for (size_t i = 0; i < check->count; i++)
		(void)printf("    %s %s %s: %s -> %s\n", check->findings[i].where, check->findings[i].rule->code, offer_severity_name(check->findings[i].severity),
			     check->findings[i].message, check->findings[i].hint);
}

/* Whether one finding is as planted, and no other code refuses. */
static bool planted_found(const struct planted *planted, const struct offer_check *check)
{
	bool found = false;

	for (size_t i = 0; i < check->count; i++) {
		const struct offer_finding *finding = &check->findings[i];
		bool is = strcmp(finding->rule->code, planted->code) == 0;

		if (!is && finding->severity == OFFER_REFUSED)
			return false;
		if (is && strcmp(offer_severity_name(finding->severity), planted->severity) == 0 && strstr(finding->message, planted->said) &&
		    strstr(finding->hint, planted->hint) && strncmp(finding->where, WHERE, WHERE_SIZE) == 0)
			found = true;
	}
	return found && (strcmp(planted->severity, "refused") == 0) == (check->refused > 0);
}

static void planted_check(const char *right, const struct planted *planted)
{
	SCOPE_CLEANUP struct scope scope = scope_init(TEST_CEILING);
	CHECKED_CLEANUP struct checked checked;
	const char *text = replaced(&scope, right, planted->part, planted->instead);

	if (planted->part2)
		text = replaced(&scope, text, planted->part2, planted->instead2);
	text_check(text, now, &checked);
	if (checked.open && planted_found(planted, &checked.check))
		return;
	(void)printf("\n%s %s, wanted: %s -> %s; found:\n", planted->code, planted->severity, planted->said, planted->hint);
	findings_show(&checked.check);
	CU_FAIL("a planted fault");
}

static void right_ones(void)
{
	CHECKED_CLEANUP struct checked one, other;

	text_check(right_azure, now, &one);
	CU_ASSERT_EQUAL(one.check.refused, 0);
	CU_ASSERT_EQUAL(one.check.count, 1); /* what comes after the end is always told */
	CU_ASSERT_STRING_EQUAL(one.check.findings[0].rule->code, "AZ-15");
	text_check(right_google, now, &other);
	findings_show(&other.check);
	CU_ASSERT_EQUAL(other.check.count, 0);
	CU_ASSERT_EQUAL(other.check.checked, 1);
}

static void faults_azure(void)
{
	for (size_t i = 0; i < sizeof(azure) / sizeof(*azure); i++)
		planted_check(right_azure, &azure[i]);
}

static void faults_google(void)
{
	for (size_t i = 0; i < sizeof(google) / sizeof(*google); i++)
		planted_check(right_google, &google[i]);
}

/* ---- faults that want many of something ---- */

static const char *many(struct scope *scope, const char *format, int count, const char *between)
{
	char *text = scope_text(scope, "");

	for (int i = 0; i < count; i++) {
		const char *at = strstr(format, "#");
		const char *one = scope_print(scope, "%.*s%d", (int)(at - format), format, i), *rest = at + 1;

		for (at = strstr(rest, "#"); at; rest = at + 1, at = strstr(rest, "#"))
			one = scope_print(scope, "%s%.*s%d", one, (int)(at - rest), rest, i);
		text = scope_print(scope, "%s%s%s%s", text, i ? between : "", one, rest);
	}
	return text;
}

static const char *offer_with(struct scope *scope, int dimensions, int plans)
{
	const char *listed = many(scope, "{ name = \"d#\"; meter = \"m\"; listings = ( { market = \"azure\"; id = \"d#\"; } ); }", dimensions, ", ");
	const char *prices = many(scope, "{ dimension = \"d#\"; unit_price = \"1\"; }", dimensions, ", ");
	const char *sold = many(scope, "{ name = \"p#\"; prices = ( @ ); }", plans, ", "), *items = many(scope, "{ offer = \"o\"; plan = \"p#\"; discount = \"5\"; }", plans, ", ");

	while (strchr(sold, '@'))
		sold = replaced(scope, sold, "@", prices);
	return scope_print(scope, "offers = ( { name = \"o\"; meters = ( { name = \"m\"; aggregation = \"sum\"; } ); dimensions = ( %s ); plans = ( %s ); } );\n"
				  "private_offers = ( { name = \"a\"; market = \"azure\"; items = ( %s ); customer: { billing_account = \"" GUIDS "\"; };\n"
				  "  start = \"2027-01-01\"; end = \"2027-12-31\"; accept_by = \"2026-12-31\"; } );\n",
			   listed, sold, items);
}

/* How many findings of a code. */
static size_t found(const struct offer_check *check, const char *code)
{
	size_t count = 0;

	for (size_t i = 0; i < check->count; i++)
		count += strcmp(check->findings[i].rule->code, code) == 0;
	return count;
}

static void too_many(void)
{
	static const struct {
		int dimensions, plans;
		size_t items, limit, warned; /* of AZ-01, AZ-02, AZ-19 */
	} rows[] = {{1, 10, 0, 0, 0}, {1, 11, 1, 0, 0}, {18, 1, 0, 0, 0}, {19, 1, 0, 0, 1}, {30, 1, 0, 0, 1}, {31, 1, 0, 1, 1}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(TEST_CEILING);
		CHECKED_CLEANUP struct checked checked;

		text_check(offer_with(&scope, rows[i].dimensions, rows[i].plans), now, &checked);
		CU_ASSERT_EQUAL(found(&checked.check, "AZ-01"), rows[i].items);
		CU_ASSERT_EQUAL(found(&checked.check, "AZ-02"), rows[i].limit);
		CU_ASSERT_EQUAL(found(&checked.check, "AZ-19"), rows[i].warned);
	}
}

static void instalments_many(void)
{
	for (int count = 70; count <= 71; count++) {
		SCOPE_CLEANUP struct scope scope = scope_init(TEST_CEILING);
		CHECKED_CLEANUP struct checked checked;
		const char *list = "", *text;

		for (int i = 0; i < count; i++)
			list = scope_print(&scope, "%s%s{ at = \"2027-%02d-%02d\"; amount = \"5\"; }", list, i ? ", " : "", i / 28 + 1, i % 28 + 1);
		text = replaced(&scope, right_azure, "discount = \"10\"", scope_print(&scope, "base_fee = \"0\"; instalments = ( %s )", list));
		text_check(replaced(&scope, text, "\"managed_application\"", "\"saas\""), now, &checked);
		CU_ASSERT_EQUAL(found(&checked.check, "AZ-11"), count == 71);
		CU_ASSERT_EQUAL(checked.check.refused, count == 71);
	}
}

/* Rules that the tests above turn red in other ways than by a row. */
static bool by_hand(const char *code)
{
	return strcmp(code, "AZ-01") == 0 || strcmp(code, "AZ-19") == 0;
}

static bool has_row(const struct planted *rows, size_t count, const char *code)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].code, code) == 0)
			return true;
	return false;
}

static void each_has_a_fault(void)
{
	size_t count;
	const struct offer_rule *rules = offer_rules(&count);

	CU_ASSERT_EQUAL(count, 19 + 14);
	for (size_t i = 0; i < count; i++) {
		bool is = by_hand(rules[i].code) || has_row(azure, sizeof(azure) / sizeof(*azure), rules[i].code) ||
			  has_row(google, sizeof(google) / sizeof(*google), rules[i].code);

		if (!is)
			(void)printf("\n%s has no planted fault\n", rules[i].code);
		CU_ASSERT(is);
	}
}

/* ---- all at once ---- */

static void all_in_order(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(TEST_CEILING);
	CHECKED_CLEANUP struct checked checked;
	const char *text = replaced(&scope, right_azure, "end = \"2027-12-31\"; accept_by = \"2026-12-31\"; discount = \"10\"", "end = \"2027-12-30\"; base_fee = \"4000\"; minimum = \"5\"");

	text = replaced(&scope, text, "quantity = \"100\"", "quantity = \"0.5\"");
	text_check(text, now, &checked);
	CU_ASSERT_EQUAL(checked.check.refused, 4);
	for (size_t i = 1; i < checked.check.count; i++) {
		long before = strtol(checked.check.findings[i - 1].where + WHERE_SIZE, NULL, 10), line = strtol(checked.check.findings[i].where + WHERE_SIZE, NULL, 10);

		CU_ASSERT(before < line || (before == line && strcmp(checked.check.findings[i - 1].rule->code, checked.check.findings[i].rule->code) <= 0));
	}
	for (size_t i = 0; i < checked.check.count; i++) {
		CU_ASSERT(checked.check.findings[i].rule->source[0] && strlen(checked.check.findings[i].rule->date) == 10);
	}
}

/* ---- calendars ---- */

/* Months' ends and first days on Azure; midnights on Google, either side of both changes of the clock. */
static void calendars(void)
{
	static const struct {
		const char *right, *part, *instead, *now, *code;
		size_t found;
	} rows[] = {
		{right_azure, "end = \"2027-12-31\"", "end = \"2028-02-29\"", "2026-11-25T12:00:00Z", "AZ-04", 0},
		{right_azure, "end = \"2027-12-31\"", "end = \"2028-02-28\"", "2026-11-25T12:00:00Z", "AZ-04", 1},
		{right_azure, "end = \"2027-12-31\"", "end = \"2027-02-28\"", "2026-11-25T12:00:00Z", "AZ-04", 0},
		{right_azure, "end = \"2027-12-31\"", "end = \"2027-04-30\"", "2026-11-25T12:00:00Z", "AZ-04", 0},
		{right_azure, "end = \"2027-12-31\"", "months = \"6m\"", "2026-11-25T12:00:00Z", "AZ-04", 0},
		/* the last day to accept it by is one that it can be accepted on */
		{right_azure, "end =", "end =", "2026-12-31T23:59:59Z", "AZ-04", 0},
		{right_azure, "end =", "end =", "2027-01-01T00:00:00Z", "AZ-04", 1},
		{right_azure, "end =", "end =", "2027-01-01T00:00:01Z", "AZ-04", 2},
		/* 2026-11-01 is 25 hours long in Los Angeles, 2027-03-14 is 23 */
		{right_google, "accept_by = \"2026-12-31\"", "accept_by = \"2026-11-01T07:00:00Z\"", "2026-10-25T12:00:00Z", "GC-05", 0},
		{right_google, "accept_by = \"2026-12-31\"", "accept_by = \"2026-11-01T08:00:00Z\"", "2026-10-25T12:00:00Z", "GC-05", 1},
		{right_google, "accept_by = \"2026-12-31\"", "accept_by = \"2026-11-02T08:00:00Z\"", "2026-10-25T12:00:00Z", "GC-05", 0},
		{right_google, "accept_by = \"2026-12-31\"", "accept_by = \"2026-11-02T07:00:00Z\"", "2026-10-25T12:00:00Z", "GC-05", 1},
		{right_google, "start = \"2027-01-01\"", "start = \"2027-03-14T08:00:00Z\"", "2026-12-25T12:00:00Z", "GC-06", 0},
		{right_google, "start = \"2027-01-01\"", "start = \"2027-03-14T07:00:00Z\"", "2026-12-25T12:00:00Z", "GC-06", 1},
		{right_google, "start = \"2027-01-01\"", "start = \"2027-03-15T07:00:00Z\"", "2026-12-25T12:00:00Z", "GC-06", 0},
		{right_google, "start = \"2027-01-01\"", "start = \"2027-03-15T08:00:00Z\"", "2026-12-25T12:00:00Z", "GC-06", 1},
		/* 23:45 of a day, as the portal shows it, is no edge */
		{right_google, "accept_by = \"2026-12-31\"", "accept_by = \"2026-12-31T07:45:00Z\"", "2026-11-25T12:00:00Z", "GC-05", 1},
		/* three months after the last of November is the last of February */
		{right_google, "start = \"2027-01-01\"; months = \"1y\"; accept_by = \"2026-12-31\"", "start = \"2027-04-01\"; months = \"1y\"; accept_by = \"2027-02-28\"", "2026-11-30T20:00:00Z", "GC-05", 0},
		{right_google, "start = \"2027-01-01\"; months = \"1y\"; accept_by = \"2026-12-31\"", "start = \"2027-04-01\"; months = \"1y\"; accept_by = \"2027-03-01\"", "2026-11-30T20:00:00Z", "GC-05", 1},
		/* published on the evening of the day before, in Los Angeles */
		{right_google, "accept_by = \"2026-12-31\"", "accept_by = \"2026-11-25\"", "2026-11-25T07:59:59Z", "GC-05", 0},
		{right_google, "accept_by = \"2026-12-31\"", "accept_by = \"2026-11-25\"", "2026-11-25T08:00:00Z", "GC-05", 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(TEST_CEILING);
		CHECKED_CLEANUP struct checked checked;

		text_check(replaced(&scope, rows[i].right, rows[i].part, rows[i].instead), rows[i].now, &checked);
		if (found(&checked.check, rows[i].code) != rows[i].found) {
			(void)printf("\n%s at %s: %zu of %s wanted\n", rows[i].instead, rows[i].now, rows[i].found, rows[i].code);
			findings_show(&checked.check);
			CU_FAIL("a calendar");
		}
	}
}

/* ---- values and fees ---- */

/* What the bills of the first private offer come to. */
static const char *bills_without_usage(struct scope *scope, const struct catalog *catalog, char text[static EXACT_TEXT])
{
	const struct usage none = {0};
	struct error error = {0};
	struct contract contract;
	struct quote quote = {0};

	UNIT_OK(contract_find(catalog, catalog->privates[0].name, &contract, &error), &error);
	UNIT_OK(contract_term(scope, &contract, 0, 0, &error), &error);
	UNIT_OK(quote_make(scope, &contract, &none, &quote, &error), &error);
	return exact_text(quote.total, quote.decimals, quote.decimals, text);
}

static void values(void)
{
	static const struct {
		const char *start_months, *interval, *commitment, *value;
	} rows[] = {
		/* the reference's: 16 of 30 days, two months, 14 of 31 days */
		{"start = \"2027-04-15\"; months = \"3m\"; accept_by = \"2026-12-31\"", "monthly_prorated", "amount = \"3000\"", "8954.84"},
		{"start = \"2027-04-15\"; months = \"3m\"; accept_by = \"2026-12-31\"", "monthly", "amount = \"3000\"", "9000.00"},
		{"start = \"2027-01-01\"; months = \"1y\"; accept_by = \"2026-12-31\"", "monthly_prorated", "amount = \"3000\"", "36000.00"},
		{"start = \"2027-01-01\"; months = \"1y\"; accept_by = \"2026-12-31\"", "quarterly", "amount = \"3000\"; every = \"3m\"", "12000.00"},
		{"start = \"2027-01-01\"; months = \"13m\"; accept_by = \"2026-12-31\"", "yearly", "amount = \"3000\"; every = \"1y\"", "6000.00"},
		/* the leap day is in it */
		{"start = \"2028-02-15\"; months = \"1m\"; accept_by = \"2026-12-31\"", "monthly_prorated", "amount = \"2900\"", "2809.68"},
		/* over the day of 23 hours, and that of 25 */
		{"start = \"2027-03-14\"; end = \"2027-03-14\"; accept_by = \"2026-12-31\"", "monthly_prorated", "amount = \"3100\"", "100.00"},
		{"start = \"2027-11-07\"; end = \"2027-11-07\"; accept_by = \"2026-12-31\"", "monthly_prorated", "amount = \"3000\"", "100.00"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(TEST_CEILING);
		CHECKED_CLEANUP struct checked checked;
		char text[EXACT_TEXT];
		const char *file = replaced(&scope, right_google, "start = \"2027-01-01\"; months = \"1y\"; accept_by = \"2026-12-31\"", rows[i].start_months);

		file = replaced(&scope, file, "interval = \"monthly\"", scope_print(&scope, "interval = \"%s\"", rows[i].interval));
		text_check(replaced(&scope, file, "amount = \"3000\"", rows[i].commitment), now, &checked);
		CU_ASSERT_STRING_EQUAL(exact_text(checked.check.value.total, 2, 2, text), rows[i].value);
		CU_ASSERT_STRING_EQUAL(bills_without_usage(&scope, &checked.catalog, text), rows[i].value);
	}
}

static void fees(void)
{
	static const struct {
		const char *market;
		enum private_deal deal;
		bool attested;
		int64_t cents;
		const char *percent, *fee; /* of the whole */
	} rows[] = {
		{"azure", DEAL_NEW, false, 5400000, "3", "1620.00"},
		{"azure", DEAL_RENEWAL, false, 5400000, "3", "1620.00"},
		{"azure", DEAL_RENEWAL, true, 5400000, "1.5", "810.00"},
		{"azure", DEAL_NEW, false, 1, "3", "0.00"},
		{"gcp", DEAL_NEW, false, 99999999, "3", "30000.00"},
		{"gcp", DEAL_NEW, false, 100000000, "2", "20000.00"},
		{"gcp", DEAL_NEW, false, 999999999, "2", "200000.00"},
		{"gcp", DEAL_NEW, false, 1000000000, "1.5", "150000.00"},
		{"gcp", DEAL_RENEWAL, false, 100, "1.5", "0.02"},
	};
	MARKETPLACES_CLEANUP struct marketplaces marketplaces = {0};
	struct error error = {0};
	int64_t next;

	UNIT_OK(marketplaces_read(TEST_SOURCE_DIR "/templates", &marketplaces, &error), &error);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct marketplace_fee *fee = fee_find(&marketplaces, rows[i].market, rows[i].deal, rows[i].attested, exact_of(rows[i].cents), 2);
		char text[EXACT_TEXT];

		CU_ASSERT_PTR_NOT_NULL_FATAL(fee);
		CU_ASSERT_STRING_EQUAL(fee->percent.text, rows[i].percent);
		CU_ASSERT_STRING_EQUAL(exact_text(fee_of(fee, exact_of(rows[i].cents)), 2, 2, text), rows[i].fee);
	}
	CU_ASSERT_TRUE(fee_step(&marketplaces, fee_find(&marketplaces, "gcp", DEAL_NEW, false, exact_of(0), 2), &next) && next == 1000000);
	CU_ASSERT_FALSE(fee_step(&marketplaces, fee_find(&marketplaces, "azure", DEAL_NEW, false, exact_of(0), 2), &next));
	CU_ASSERT_PTR_NULL(fee_find(&marketplaces, "prometheus", DEAL_NEW, false, exact_of(0), 2));
}

/* The cliff in money, where there is usage. */
static void cliff(void)
{
	struct usage_row rows[] = {{.time = time_of("2026-09-03T00:00:00Z"), .quantity = 1000 * APOLLO_MICRO}, {.time = time_of("2026-10-03T00:00:00Z"), .quantity = 50000 * APOLLO_MICRO}};
	struct usage usage = {rows, 2};
	CHECKED_CLEANUP struct checked checked;
	struct error error = {0};

	text_check(right_azure, now, &checked);
	checked.check.usage = &usage;
	checked.check.count = checked.check.refused = checked.check.warned = 0;
	UNIT_OK(offer_check_run(&checked.check, &error), &error);
	CU_ASSERT_EQUAL_FATAL(checked.check.count, 1);
	/* 49,900 at 0.036 and 4,500; at 0.04 and 5,000 */
	UNIT_HOLDS(checked.check.findings[0].message, "a billing period goes from 6296.40 to 6996.00 USD");
}

/* ---- data that is wrong ---- */

static void data_wrong(void)
{
	static const struct {
		const char *part, *instead, *said;
	} rows[] = {
		{"\"azure.items\"", "\"azure.itms\"", "\"name\" is \"azure.itms\""},
		{"{ name = \"azure.items\"; value = 10; date = \"2026-11-22\"; source = \"Microsoft: manage ISV to customer private offers\"; },", "", "has no limit \"azure.items\""},
		{"\"azure.contacts\"", "\"azure.items\"", "the limit \"azure.items\" is there twice"},
		{"value = 10;", "value = -1;", "it may be 0 to"},
		{"deal = \"new\"; from = 0; percent = \"3\"", "deal = \"new\"; from = 5; percent = \"3\"", "no fee of azure for a deal \"new\" that begins at 0"},
		{"from = 1000000;", "from = 0;", "is there twice"},
		{"percent = \"2\"", "percent = \"101\"", "not a percentage"},
	};
	const char *path = unit_path("marketplaces.cfg");

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(TEST_CEILING);
		MARKETPLACES_CLEANUP struct marketplaces marketplaces = {0};
		const char *text = replaced(&scope, unit_read(TEST_SOURCE_DIR "/templates/marketplaces.cfg"), rows[i].part, rows[i].instead);
		struct error error = {0};

		unit_write(path, text, strlen(text), 0600);
		UNIT_REFUSED(marketplaces_read(unit_folder(), &marketplaces, &error), APOLLO_CONFIG, &error, rows[i].said);
	}
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"one right offer for each marketplace", right_ones},
		{"planted faults on Azure", faults_azure},
		{"planted faults on Google Cloud", faults_google},
		{"too many plans and dimensions", too_many},
		{"70 instalments and 71", instalments_many},
		{"each rule has a planted fault", each_has_a_fault},
		{"all at once and in order", all_in_order},
		{"month ends, midnights and both changes of the clock", calendars},
		{"total contract values", values},
		{"fees", fees},
		{"what the list asks for after the end", cliff},
		{"data that is wrong", data_wrong},
	};

	return UNIT_RUN("rules of private offers", tests);
}
