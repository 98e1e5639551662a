/* SPDX-License-Identifier: Apache-2.0 */
/* Every error of a configuration: one right file, one thing made wrong in it, and what is said, with file and line. */
#include "offers/catalog.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libconfig forgets a text that a syntax error stands behind; for a build with sanitizers. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

static const char right[] =
	"ledger = \"l.db\";\n"                                                                    /* 1 */
	"intake: { directory = \"spool\"; ahead = \"5m\"; };\n"                                   /* 2 */
	"close: { grace = \"5m\"; };\n"                                                           /* 3 */
	"alarms: { hours = [ 6, 12 ]; };\n"                                                       /* 4 */
	"http: { proxy = \"http://p:1\"; };\n"                                                    /* 5 */
	"instances = (\n"                                                                         /* 6 */
	"  { name = \"m\"; plugin = \"azure\"; cutoff = \"23h\"; issuer = \"m\";\n"               /* 7 */
	"    options: { tenant = \"t\"; flag = true; }; },\n"                                     /* 8 */
	"  { name = \"s\"; plugin = \"prometheus\"; } );\n"                                       /* 9 */
	"offers = ( { name = \"o\";\n"                                                            /* 10 */
	"  meters = (\n"                                                                          /* 11 */
	"    { name = \"level\"; aggregation = \"time_weighted\"; decimals = 0; hold = \"20m\"; },\n" /* 12 */
	"    { name = \"reads\"; aggregation = \"sum\"; negative = true; } );\n"                  /* 13 */
	"  dimensions = (\n"                                                                      /* 14 */
	"    { name = \"d1\"; meter = \"level\"; unit = \"TiB\"; divide_by = \"1024\";\n"         /* 15 */
	"      listings = ( { market = \"m\"; id = \"x1\"; step = \"0.5\"; } ); },\n"             /* 16 */
	"    { name = \"d2\"; meter = \"reads\";\n"                                               /* 17 */
	"      listings = ( { market = \"m\"; id = \"x2\"; } ); } );\n"                           /* 18 */
	"  plans = ( { name = \"p\"; currency = \"USD\"; term = \"1y\"; billing_period = \"1m\"; cutoff_policy = \"hold\";\n" /* 19 */
	"    base_fee = \"10\"; rounding = \"half_up\"; decimals = 2;\n"                          /* 20 */
	"    included = (\n"                                                                      /* 21 */
	"      { dimension = \"d1\"; quantity = \"100\"; reset = \"1m\"; } );\n"                  /* 22 */
	"    prices = (\n"                                                                        /* 23 */
	"      { dimension = \"d1\"; unit_price = \"0.5\"; },\n"                                  /* 24 */
	"      { dimension = \"d2\"; unit_price = \"0.25\"; } ); } ); } );\n"                     /* 25 */
	"subscriptions = (\n"                                                                     /* 26 */
	"  { name = \"c\"; offer = \"o\"; plan = \"p\"; market = \"m\"; start = \"2026-10-01T00:00:00Z\";\n" /* 27 */
	"    end = \"2027-10-01T00:00:00Z\"; options: { id = \"1\"; }; expects = [ \"level\" ];\n" /* 28 */
	"    collect = (\n"                                                                       /* 29 */
	"      { meter = \"level\"; source = \"s\"; options: { query = \"q\"; }; } ); } );\n";    /* 30 */

static const struct wrong {
	const char *part, *instead; /* the first of these in the file is replaced */
	int line;
	const char *said, *hint;    /* NULL: no matter */
} wrongs[] = {
	/* the file */
	{"ledger = ", "ledger ", 1, "syntax error", "the one before it"},
	{"close: {", "close: [", 3, "", "apollo.cfg(5)"},
	{"@", "@include \"nowhere.cfg\"\n", 0, "cannot", NULL},
	/* the top */
	{"ledger = \"l.db\";", "", 0, "\"ledger\" is missing", NULL},
	{"ledger = ", "ledgr = ", 1, "\"ledgr\" is not known here", "did you mean \"ledger\"?"},
	{"ledger = \"l.db\"", "ledger = 5", 1, "\"ledger\" is not a text in quotes", NULL},
	{"ledger = \"l.db\"", "ledger = \"\"", 1, "\"ledger\" is not a text in quotes", NULL},
	{"ledger = \"l.db\"", "ledger = \"\xe9\"", 1, "\"ledger\" is not UTF-8", NULL},
	{"intake: { directory = \"spool\"; ahead = \"5m\"; }", "intake = \"spool\"", 2, "\"intake\" is not a group", NULL},
	{"ahead", "aheads", 2, "\"aheads\" is not known here", "did you mean \"ahead\"?"},
	{"ahead = \"5m\"", "zzzzzzzz = 1", 2, "\"zzzzzzzz\" is not known here", "see apollo.cfg(5)"},
	{"ahead = \"5m\"", "ahead = \"5\"", 2, "\"ahead\" is \"5\", not a duration up to 24h", "90s, 5m, 2h or 1d"},
	{"ahead = \"5m\"", "ahead = \"2d\"", 2, "\"ahead\" is \"2d\", not a duration up to 24h", NULL},
	{"ahead = \"5m\"", "dedupe_window = \"401d\"", 2, "not a duration up to 9600h", NULL},
	{"directory = \"spool\"", "directory = true", 2, "\"directory\" is not a text", NULL},
	{"grace = \"5m\"", "grace = \"-5m\"", 3, "\"grace\" is \"-5m\"", NULL},
	{"grace = ", "graze = ", 3, "is not known here", "did you mean"},
	{"hours = [ 6, 12 ]", "hours = 6", 4, "\"hours\" is not an array of at most", NULL},
	{"hours = [ 6, 12 ]", "hours = [ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 ]", 4, "not an array of at most", NULL},
	{"hours = [ 6, 12 ]", "hours = [ 12, 6 ]", 4, "not growing whole hours", NULL},
	{"hours = [ 6, 12 ]", "hours = [ 0 ]", 4, "not growing whole hours from 1 to 1000", NULL},
	{"hours = [ 6, 12 ]", "hour = [ 6 ]", 4, "is not known here", "did you mean \"hours\"?"},
	{"proxy =", "proxi =", 5, "is not known here", "did you mean \"proxy\"?"},
	{"proxy = \"http://p:1\"", "ca_file = [ 1 ]", 5, "\"ca_file\" is not a text", NULL},
	{"http: { proxy = \"http://p:1\"; }", "http = 1", 5, "\"http\" is not a group", NULL},
	/* instances */
	{"name = \"m\"", "name = \"m m\"", 7, "\"m m\" is not a name: letters, digits", NULL},
	{"name = \"m\"; plugin", "plugin", 7, "\"name\" is missing", NULL},
	{"name = \"s\"", "name = \"m\"", 9, "the name \"m\" is there twice", NULL},
	{"plugin = \"azure\"; ", "", 7, "\"plugin\" is missing", NULL},
	{"cutoff = \"23h\"", "cutoff = \"23 h\"", 7, "not a duration", NULL},
	{"issuer = \"m\"", "issuer = \"n\"", 7, "the issuer \"n\" is not an instance", NULL},
	{"issuer = \"m\"", "isuer = \"m\"", 7, "is not known here", "did you mean \"issuer\"?"},
	{"options: { tenant = \"t\"; flag = true; }", "options = \"t\"", 8, "\"options\" is not a group", NULL},
	{"tenant = \"t\"", "tenant = 5", 8, "\"tenant\" is a number without quotes", "tenant = \"...\""},
	{"tenant = \"t\"", "tenant = 5.5", 8, "\"tenant\" is neither a text nor true or false", NULL},
	{"instances = (", "instances = ( 5,", 6, "an element of \"instances\" is not a group", NULL},
	/* meters */
	{"aggregation = \"sum\"; ", "", 13, "\"aggregation\" is missing", NULL},
	{"aggregation = \"sum\"", "aggregation = \"avg\"", 13, "\"aggregation\" is \"avg\"", "it may be sum, max, last"},
	{"decimals = 0", "decimals = 7", 12, "\"decimals\" is 7, it may be 0 to 6", NULL},
	{"decimals = 0", "decimals = \"0\"", 12, "\"decimals\" is not a whole number", NULL},
	{"hold = \"20m\"; ", "", 12, "wants a \"hold\"", NULL},
	{"hold = \"20m\"", "hold = \"25h\"", 12, "not a duration up to 24h", NULL},
	{"negative = true", "hold = \"5m\"", 13, "\"hold\" goes with time_weighted only", NULL},
	{"negative = true", "negative = \"yes\"", 13, "\"negative\" is neither true nor false", NULL},
	{"hold = \"20m\";", "hold = \"20m\"; negative = true;", 12, "\"negative\" goes with sum only", NULL},
	{"\"reads\"; aggregation", "\"level\"; aggregation", 13, "meter level is there twice", NULL},
	{"\"reads\"; aggregation", "\"a b\"; aggregation", 13, "\"a b\" is not a name", NULL},
	{"negative =", "negativ =", 13, "is not known here", "did you mean \"negative\"?"},
	/* dimensions and listings */
	{"meter = \"level\"; unit", "meter = \"levels\"; unit", 15, "meter \"levels\" is not one of offer o", NULL},
	{"name = \"d2\"", "name = \"d1\"", 17, "dimension d1 is there twice", NULL},
	{"divide_by = \"1024\"", "divide_by = \"0\"", 15, "\"divide_by\" is \"0\", not a decimal", NULL},
	{"divide_by = \"1024\"", "divide_by = \"1.5\"", 15, "\"divide_by\" is \"1.5\", not a decimal", NULL},
	{"divide_by = \"1024\"", "divide_by = 1024.0", 15, "would lose digits", "in quotes"},
	{"divide_by = \"1024\"", "divide_by = [ 1 ]", 15, "\"divide_by\" is not a number", NULL},
	{"divide_by", "divideby", 15, "is not known here", "did you mean \"divide_by\"?"},
	{"{ market = \"m\"; id = \"x1\"", "{ market = \"n\"; id = \"x1\"", 16, "market \"n\" is not an instance", NULL},
	{"id = \"x1\"; ", "", 16, "\"id\" is missing", NULL},
	{"step = \"0.5\"", "step = \"0\"", 16, "\"step\" is \"0\"", NULL},
	{"step = \"0.5\"", "step = \"0.0000005\"", 16, "at most 6 decimals", NULL},
	{"step =", "stop =", 16, "is not known here", "did you mean \"step\"?"},
	{"id = \"x2\"; }", "id = \"x2\"; }, { market = \"m\"; id = \"x3\"; }", 18, "dimension d2 is listed twice at m", NULL},
	{"id = \"x2\"", "id = \"x1\"", 18, "\"x1\" is the id of dimension d1 at market m already (FILE:16)", NULL},
	{"listings = ( { market = \"m\"; id = \"x2\"; } )", "listings = { }", 18, "\"listings\" is not a list", NULL},
	/* plans */
	{"currency = \"USD\"", "currency = \"usd\"", 19, "the currency \"usd\" is not three capital letters", NULL},
	{"currency = \"USD\"", "currency = \"EURO\"", 19, "is not three capital letters", NULL},
	{"term = \"1y\"", "term = \"12\"", 19, "\"term\" is \"12\", not a period", "1m or 3y"},
	{"term = \"1y\"", "term = \"0m\"", 19, "\"term\" is \"0m\", not a period", NULL},
	{"billing_period = \"1m\"", "billing_period = \"1w\"", 19, "not a period", NULL},
	{"cutoff_policy = \"hold\"", "cutoff_policy = \"drop\"", 19, "\"cutoff_policy\" is \"drop\"", "rebook, hold, write_off"},
	{"base_fee = \"10\"", "base_fee = \"-10\"", 20, "\"base_fee\" is \"-10\", not a plain decimal", NULL},
	{"base_fee = \"10\"", "base_fee = 10", 20, "\"base_fee\" is a number without quotes", "base_fee = \"...\""},
	{"rounding = \"half_up\"", "rounding = \"nearest\"", 20, "\"rounding\" is \"nearest\"", "half_up, half_even"},
	{"rounding = \"half_up\"; decimals = 2", "decimals = 99", 20, "\"decimals\" is 99, it may be", NULL},
	{"prices = (", "price = (", 23, "is not known here", "did you mean \"prices\"?"},
	{"\"d1\"; unit_price", "\"d3\"; unit_price", 24, "dimension \"d3\" is not one of offer o", NULL},
	{"\"d2\"; unit_price", "\"d1\"; unit_price", 25, "dimension d1 has a price already", NULL},
	{"unit_price = \"0.5\"", "unit_price = \"1e3\"", 24, "\"unit_price\" is \"1e3\", not a plain decimal", NULL},
	{"unit_price = \"0.5\"", "unit_price = 0.5", 24, "would lose digits", "in quotes"},
	/* prices of other kinds */
	{"unit_price = \"0.5\"; ", "unit_price = \"0.5\"; tiers = ( { unit_price = \"1\"; } ); ", 24, "\"unit_price\" and \"tiers\" are there both", NULL},
	{"unit_price = \"0.5\"; ", "tiers = ( { up_to = \"5\"; unit_price = \"1\"; } ); ", 24, "the last tier, and it alone, has no", NULL},
	{"unit_price = \"0.5\"; ", "tiers = ( { up_to = \"5\"; unit_price = \"1\"; }, { up_to = \"5\"; unit_price = \"1\"; }, { unit_price = \"1\"; } ); ", 24, "tier 2 ends where the one before it does", NULL},
	{"unit_price = \"0.5\"; ", "tiers = ( { up_to = \"5\"; } , { unit_price = \"1\"; } ); ", 24, "neither \"unit_price\" nor \"fee\"", NULL},
	{"unit_price = \"0.5\"; ", "tiers = ( { upto = \"5\"; unit_price = \"1\"; } ); ", 24, "is not known here", "did you mean \"up_to\"?"},
	{"unit_price = \"0.5\"; ", "unit_price = \"0.5\"; model = \"package\"; ", 24, "a package price wants the size of a package", NULL},
	{"unit_price = \"0.5\"; ", "unit_price = \"0.5\"; package = \"10\"; ", 24, "a package price wants the size of a package", NULL},
	{"unit_price = \"0.5\"; ", "unit_price = \"0.5\"; model = \"stairs\"; ", 24, "", NULL},
	{"unit_price = \"0.5\"; ", "unit_price = \"0.5\"; discount = \"101\"; ", 24, "is more than 100 percent", NULL},
	{"unit_price = \"0.5\"; ", "unit_price = \"0.5\"; discount = \"1.1234567\"; ", 24, "has more than 6 decimals", NULL},
	{"unit_price = \"0.5\"; ", "unit_price = \"0.5\"; minimum = \"5\"; maximum = \"4\"; ", 24, "the minimum 5 is above the maximum 4", NULL},
	{"base_fee = \"10\"", "order = [ \"discount\" ]", 20, "\"order\" is not an array of the 4 steps", NULL},
	{"base_fee = \"10\"", "order = [ \"discount\", \"discount\", \"minimum\", \"credit\" ]", 19, "is there twice in the order", NULL},
	{"base_fee = \"10\"", "zone = \"Mars/Olympus\"", 19, "there is no time zone \"Mars/Olympus\"", "America/Los_Angeles"},
	{"base_fee = \"10\"", "zone = \"../../etc/passwd\"", 19, "there is no time zone", NULL},
	{"base_fee = \"10\"", "commitment: { every = \"1y\"; }", 20, "\"amount\" is missing", NULL},
	{"billing_period = \"1m\";", "billing_period = \"2m\"; commitment: { amount = \"5\"; every = \"3m\"; };", 19, "does not go with a billing period", NULL},
	{"base_fee = \"10\"", "ramp = ( { discount = \"5\"; }, { discount = \"3\"; } )", 20, "only the last phase goes on to the end", NULL},
	{"base_fee = \"10\"", "ramp = ( { prices = ( { dimension = \"d9\"; } ); } )", 20, "dimension \"d9\" is not one of offer o", NULL},
	{"base_fee = \"10\"", "instalments = ( { at = \"2026-13-01\"; amount = \"5\"; } )", 20, "neither a day nor a time", "write it as 2026-10-01"},
	{"base_fee = \"10\"", "changes = ( { at = \"2027-02-01\"; }, { at = \"2027-02-01\"; } )", 20, "a change is not after the one before it", NULL},
	/* private offers */
	{"subscriptions = (\n", "private_offers = ( { name = \"x\"; } ); subscriptions = (\n", 26, "\"market\" is missing", NULL},
	{"subscriptions = (\n", "private_offers = ( { name = \"x\"; market = \"mm\"; } ); subscriptions = (\n", 26, "market \"mm\" is not an instance", NULL},
	{"subscriptions = (\n", "private_offers = ( { name = \"x\"; market = \"m\"; offer = \"oo\"; plan = \"p\"; } ); subscriptions = (\n", 26, "there is no offer \"oo\"", NULL},
	{"subscriptions = (\n", "private_offers = ( { name = \"x\"; market = \"m\"; offer = \"o\"; plan = \"q\"; } ); subscriptions = (\n", 26, "offer o has no plan \"q\"", NULL},
	{"subscriptions = (\n", "private_offers = ( { name = \"x\"; market = \"m\"; offer = \"o\"; plan = \"p\"; end = \"2027-01-31\"; months = \"3m\"; } ); subscriptions = (\n", 26, "\"end\" and \"months\" are there both", NULL},
	{"subscriptions = (\n", "private_offers = ( { name = \"x\"; market = \"m\"; offer = \"o\"; plan = \"p\"; amends = \"x\"; } ); subscriptions = (\n", 26, "there is no private offer \"x\" before this one", NULL},
	{"subscriptions = (\n", "private_offers = ( { name = \"x\"; market = \"m\"; offer = \"o\"; plan = \"p\"; start = \"2027-02-01\"; end = \"2027-01-31\"; } ); subscriptions = (\n", 26, "ends before it begins", NULL},
	{"subscriptions = (\n", "private_offers = ( { name = \"x\"; market = \"m\"; offer = \"o\"; plan = \"p\"; discont = \"5\"; } ); subscriptions = (\n", 26, "is not known here", "did you mean \"discount\"?"},
	{"subscriptions = (\n", "private_offers = ( { name = \"x\"; market = \"m\"; offer = \"o\"; plan = \"p\"; total = \"-5\"; } ); subscriptions = (\n", 26, "\"total\" is \"-5\", not a plain decimal", NULL},
	{"{ name = \"o\";", "{ name = \"o\"; product = \"container\";", 10, "\"product\" is \"container\"", "managed_application, saas"},
	{"unit_price = \"0.5\"; ", "", 24, "\"unit_price\" is missing", NULL},
	{"quantity = \"100\"; ", "", 22, "\"quantity\" is missing", NULL},
	{"quantity = \"100\"", "quantity = \"-1\"", 22, "\"quantity\" is \"-1\"", NULL},
	{"reset = \"1m\"", "reset = \"never\"", 22, "\"reset\" is \"never\", not a period", NULL},
	{"reset = \"1m\"; }", "reset = \"1m\"; }, { dimension = \"d1\"; quantity = \"5\"; }", 22, "has an included quantity already", NULL},
	{"      { dimension = \"d1\"; unit_price = \"0.5\"; },\n", "\n", 22, "dimension d1 has an included quantity and no price for the rest", NULL},
	{"\"p\"; currency", "\"p\"; }, { name = \"p\"; currency", 19, "plan p is there twice", NULL},
	{"plans = (", "plan = (", 19, "is not known here", "did you mean \"plans\"?"},
	{"meters = (", "meter = (", 11, "is not known here", "did you mean \"meters\"?"},
	/* subscriptions */
	{"offer = \"o\"", "offer = \"q\"", 27, "there is no offer \"q\"", NULL},
	{"plan = \"p\"", "plan = \"q\"", 27, "offer o has no plan \"q\"", NULL},
	{"market = \"m\"; start", "market = \"q\"; start", 27, "market \"q\" is not an instance", NULL},
	{"market = \"m\"; start", "market = \"s\"; start", 27, "plan p sells d1, which has no listing at market s", NULL},
	{"start = \"2026-10-01T00:00:00Z\";", "", 27, "\"start\" is missing", NULL},
	{"start = \"2026-10-01T00:00:00Z\"", "start = \"2026-10-01\"", 27, "not a time with a zone", "2026-10-01T00:00:00Z"},
	{"start = \"2026-10-01T00:00:00Z\"", "start = \"2026-02-30T00:00:00Z\"", 27, "not a time with a zone", NULL},
	{"end = \"2027", "end = \"2026", 27, "subscription c ends before it starts", NULL},
	{"expects = [ \"level\" ]", "expects = \"level\"", 28, "\"expects\" is not an array of meters", NULL},
	{"expects = [ \"level\" ]", "expects = [ \"levels\" ]", 28, "\"levels\" is not a meter of offer o", NULL},
	{"expects = [ \"level\" ]", "expects = [ 1 ]", 28, "\"?\" is not a meter of offer o", NULL},
	{"expects =", "expect =", 28, "is not known here", "did you mean \"expects\"?"},
	{"{ meter = \"level\"; source", "{ meter = \"levels\"; source", 30, "\"levels\" is not a meter of offer o", NULL},
	{"source = \"s\"", "source = \"t\"", 30, "the source \"t\" is not an instance", NULL},
	{"source = \"s\"; ", "", 30, "\"source\" is missing", NULL},
	{"{ meter = \"level\"; source", "{ meter = \"level\"; source = \"s\"; }, { meter = \"level\"; source", 30, "meter level is collected twice", NULL},
	{"query = \"q\"", "query = 1", 30, "\"query\" is a number without quotes", NULL},
};

/* Writes the file with its one fault; its path. */
static const char *file_write(const struct wrong *wrong)
{
	static char text[sizeof(right) + 256];
	const char *path = unit_path("apollo.cfg"), *at = *wrong->part == '@' ? right : strstr(right, wrong->part);
	int size;

	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	size = snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - right), right, wrong->instead,
			*wrong->part == '@' ? at : at + strlen(wrong->part));
	CU_ASSERT_FATAL(size > 0 && (size_t)size < sizeof(text));
	unit_write(path, text, (size_t)size, 0600);
	return path;
}

/* `said` with FILE as the path. */
static const char *said_print(const struct wrong *wrong, const char *path)
{
	static char text[4096];
	const char *file = strstr(wrong->said, "FILE");

	if (file)
		(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(file - wrong->said), wrong->said, path, file + 4);
	else
		(void)snprintf(text, sizeof(text), "%s", wrong->said);
	return text;
}

static void each_is_said(void)
{
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		const struct wrong *wrong = &wrongs[i];
		const char *path = file_write(wrong);
		struct error error = {0};
		struct catalog catalog;
		char where[4096];
		int code = catalog_read(path, CATALOG_ALL, &catalog, &error);

		if (code == 0)
			catalog_release(&catalog);
		(void)snprintf(where, sizeof(where), "%s:%d: ", path, wrong->line);
		if (code != APOLLO_CONFIG || (wrong->line && strncmp(error.message, where, strlen(where)) != 0) ||
		    !strstr(error.message, said_print(wrong, path)) || (wrong->hint && !strstr(error.hint, wrong->hint))) {
			(void)printf("\n    \"%s\" for \"%s\": code %d: %s\n    hint: %s\n", wrong->instead, wrong->part, code,
				     error.message, error.hint);
			CU_FAIL("not what line, message and hint should be");
		}
	}
}

static void the_right_one_is_taken(void)
{
	const char *path = unit_path("apollo.cfg");
	struct error error;
	struct catalog catalog;

	unit_write(path, right, sizeof(right) - 1, 0600);
	UNIT_OK(catalog_read(path, CATALOG_ALL, &catalog, &error), &error);
	catalog_release(&catalog);
}

/* A file that is included is the one that is named. */
static void included_files_are_named(void)
{
	static const char main_file[] = "ledger = \"l\";\n@include \"part.cfg\"\n", part[] = "\n\noffers = 5;\n";
	const char *path = unit_path("apollo.cfg");
	struct error error;
	struct catalog catalog;

	unit_write(path, main_file, sizeof(main_file) - 1, 0600);
	unit_write(unit_path("part.cfg"), part, sizeof(part) - 1, 0600);
	UNIT_REFUSED(catalog_read(path, CATALOG_ALL, &catalog, &error), APOLLO_CONFIG, &error, "part.cfg:3: \"offers\" is not a list");
}

static const struct unit_test tests[] = {
	{"the right one is taken", the_right_one_is_taken},
	{"each thing wrong is said, with file and line", each_is_said},
	{"included files are named", included_files_are_named},
};

int main(void)
{
	return UNIT_RUN("configurations that are wrong", tests);
}
