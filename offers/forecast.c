/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/forecast.h"

#include "core/read.h"
#include "offers/outcome.h"

#include <apollo/kit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- chance ---- */

/* Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014): a counter, mixed. */
static uint64_t mix(uint64_t value)
{
	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

struct chance draw_of(uint64_t seed, uint64_t path)
{
	return (struct chance){mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ mix(path * UINT64_C(0xd1342543de82ef95) + 1)};
}

uint64_t draw_next(struct chance *chance)
{
	chance->state += UINT64_C(0x9e3779b97f4a7c15);
	return mix(chance->state);
}

double draw_unit(struct chance *chance)
{
	return ((double)(draw_next(chance) >> 11) + 0.5) / 9007199254740992.0;
}

/* Box and Muller (1958); the second of the pair is not kept, so that a path draws the same whatever was drawn before. */
double draw_normal(struct chance *chance)
{
	double radius = sqrt(-2 * log(draw_unit(chance))), angle = 2 * acos(-1) * draw_unit(chance);

	return radius * cos(angle);
}

/* The value of a triangle that is stayed below with the chance u. */
static double triangle_share(double u, double low, double likely, double high)
{
	double width = high - low;

	if (width <= 0)
		return low;
	if (u < (likely - low) / width)
		return low + sqrt(u * width * (likely - low));
	return high - sqrt((1 - u) * width * (high - likely));
}

double forecast_reduction(const struct forecast *forecast, double percent)
{
	return triangle_share(percent / 100, forecast->reduction_low, forecast->reduction_likely, forecast->reduction_high);
}

/* ---- what history shows ---- */

/* Monthly sums of one dimension, from the month of the first usage on. */
struct history {
	double sums[FORECAST_HISTORY_MAX];
	int calendar[FORECAST_HISTORY_MAX]; /* month of the year, 0 to 11 */
	size_t count;
};

static int64_t month_number(int64_t local)
{
	int64_t year;
	int month, day;

	apollo_civil(calendar_day(local) / APOLLO_DAY, &year, &month, &day);
	return year * 12 + month - 1;
}

static int history_make(const struct zone *zone, const struct usage *usage, uint32_t dimension, struct history *history, struct error *error)
{
	int64_t first = month_number(zone_local(zone, usage->rows[0].time)), last = month_number(zone_local(zone, usage->rows[usage->count - 1].time));

	if (last - first >= FORECAST_HISTORY_MAX)
		return error_set(error, ERROR_INPUT, "usage over more than %d months", FORECAST_HISTORY_MAX);
	*history = (struct history){.count = (size_t)(last - first + 1)};
	for (size_t i = 0; i < history->count; i++)
		history->calendar[i] = (int)((first + (int64_t)i) % 12);
	for (size_t i = 0; i < usage->count; i++)
		if (usage->rows[i].dimension == dimension)
			history->sums[month_number(zone_local(zone, usage->rows[i].time)) - first] += (double)usage->rows[i].quantity / 1e6;
	return 0;
}

/* A last month that has only begun says nothing of a month: hours of it are there, but not those of its end. */
static void history_trim(const struct zone *zone, const struct usage *usage, struct history *history)
{
	int64_t last = zone_local(zone, usage->rows[usage->count - 1].time), begin = calendar_month(last);

	if (history->count > 1 && last != begin && last < calendar_add_months(begin, 1) - APOLLO_DAY)
		history->count--;
}

/* A line through the logarithms of the months that have usage. */
struct line {
	double at_end, slope, slope_deviation, deviation;
	size_t count;
};

static struct line line_fit(const struct history *history, const double *season)
{
	double n = 0, x_sum = 0, y_sum = 0, xx = 0, xy = 0, yy = 0, mean_x, mean_y, rest;
	struct line line = {0};

	for (size_t i = 0; i < history->count; i++) {
		double x = (double)i, y;

		if (history->sums[i] <= 0)
			continue;
		y = log(history->sums[i] / season[history->calendar[i]]);
		n++, x_sum += x, y_sum += y, xx += x * x, xy += x * y, yy += y * y;
	}
	line.count = (size_t)n;
	if (line.count == 0)
		return line;
	mean_x = x_sum / n;
	mean_y = y_sum / n;
	xx -= n * mean_x * mean_x;
	line.slope = n >= 3 && xx > 0 ? (xy - n * mean_x * mean_y) / xx : 0;
	line.at_end = mean_y + line.slope * ((double)history->count - 1 - mean_x);
	rest = yy - n * mean_y * mean_y - line.slope * line.slope * xx;
	if (n >= 4 && rest > 0) {
		line.deviation = sqrt(rest / (n - 2));
		line.slope_deviation = line.deviation / sqrt(xx);
	}
	return line;
}

/* Of two years or more: how much each month of the year is off the line. */
static void season_fit(const struct history *history, double *season)
{
	double sums[12] = {0}, counts[12] = {0}, mean = 0;
	struct line line = line_fit(history, season);

	if (history->count < 24 || line.count < 24)
		return;
	for (size_t i = 0; i < history->count; i++)
		if (history->sums[i] > 0) {
			sums[history->calendar[i]] += log(history->sums[i]) - (line.at_end + line.slope * ((double)i - (double)history->count + 1));
			counts[history->calendar[i]]++;
		}
	for (int i = 0; i < 12; i++) {
		season[i] = counts[i] > 0 ? exp(sums[i] / counts[i]) : 1;
		mean += season[i] / 12;
	}
	for (int i = 0; i < 12; i++)
		season[i] /= mean;
}

static struct forecast_dimension dimension_none(void)
{
	struct forecast_dimension dimension = {0};

	for (int i = 0; i < 12; i++)
		dimension.season[i] = 1;
	return dimension;
}

int forecast_fit(struct scope *scope, const struct catalog_offer *offer, const struct zone *zone, const struct usage *usage, struct forecast *forecast,
		 struct error *error)
{
	FREE_CLEANUP struct history *history = malloc(sizeof(*history));

	*forecast = (struct forecast){.dimension_count = offer->dimension_count, .reduction_low = 1, .reduction_likely = 1, .reduction_high = 1,
				      .reduction_base = 1, .paths = 1000, .seed = 1};
	forecast->dimensions = scope_alloc(scope, (offer->dimension_count + 1) * sizeof(*forecast->dimensions));
	if (!history || !forecast->dimensions)
		return error_memory(error, "a forecast");
	for (uint32_t i = 0; i < offer->dimension_count; i++) {
		struct forecast_dimension *dimension = &forecast->dimensions[i];
		struct line line;

		*dimension = dimension_none();
		if (usage->count == 0)
			continue;
		if (history_make(zone, usage, i, history, error) < 0)
			return error->code;
		history_trim(zone, usage, history);
		season_fit(history, dimension->season);
		line = line_fit(history, dimension->season);
		if (line.count == 0)
			continue;
		dimension->known = true;
		dimension->level = exp(line.at_end);
		dimension->growth = line.slope;
		dimension->spread = line.slope_deviation;
		dimension->noise = line.deviation;
		forecast->history_months = history->count;
		forecast->history_end = month_number(zone_local(zone, usage->rows[0].time)) + (int64_t)history->count - 1;
	}
	return 0;
}

/* ---- what a file says ---- */

/* A decimal as a number that is guessed with. */
static int number_read(const config_setting_t *group, const char *name, double least, double most, double *number, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	const char *text = NULL;
	double value;
	char *end;
	int found = read_decimal(group, name, READ_OPTIONAL, &scope, &text, error);

	if (found <= 0)
		return found;
	value = strtod(text, &end);
	if (*end || end == text || text[strspn(text, "+-.0123456789")] || !(value >= least && value <= most))
		return read_fail(config_setting_get_member(group, name), error, "\"%s\" is \"%s\", not a number from %g to %g", name, text, least, most);
	*number = value;
	return 1;
}

static int season_read(const config_setting_t *group, struct forecast_dimension *dimension, struct error *error)
{
	const config_setting_t *list = config_setting_get_member(group, "season");
	double sum = 0;

	if (!list)
		return 0;
	if (config_setting_type(list) != CONFIG_TYPE_ARRAY || config_setting_length(list) != 12)
		return read_fail(list, error, "\"season\" is not an array of 12 numbers in quotes, from January on: [ \"1.0\", ... ]");
	for (int i = 0; i < 12; i++) {
		const char *text = config_setting_get_string_elem(list, i);
		char *end = NULL;
		double factor = text ? strtod(text, &end) : 0;

		if (!text || *end || !(factor > 0 && factor < 1000))
			return read_fail(list, error, "\"season\" has a month that is not a number above 0");
		dimension->season[i] = factor;
		sum += factor;
	}
	for (int i = 0; i < 12; i++)
		dimension->season[i] *= 12 / sum;
	return 0;
}

static int dimension_read(const config_setting_t *group, const struct catalog_offer *offer, struct forecast *forecast, struct error *error)
{
	static const char *const names[] = {"dimension", "level", "growth", "spread", "noise", "season", "reduced", NULL};
	const struct catalog_dimension *sold;
	struct forecast_dimension *dimension;
	double growth = 0, spread, noise;
	const char *name = NULL;
	int found;

	if (read_known(group, names, error) < 0 || read_text(group, "dimension", READ_REQUIRED, &name, error) < 0)
		return error->code;
	sold = catalog_dimension(offer, name);
	if (!sold)
		return read_fail(group, error, "dimension \"%s\" is not one of offer %s", name, offer->name);
	dimension = &forecast->dimensions[sold - offer->dimensions];
	spread = dimension->spread * 100;
	noise = dimension->noise * 100;
	if ((found = number_read(group, "level", 0, 1e12, &dimension->level, error)) < 0 || season_read(group, dimension, error) < 0 ||
	    read_boolean(group, "reduced", &dimension->reduced, error) < 0)
		return error->code;
	dimension->known |= found > 0;
	if (!dimension->known)
		return read_fail(group, error, "dimension %s has no usage to go by: say its \"level\"", name);
	found = number_read(group, "growth", -99, 1000, &growth, error);
	if (found > 0)
		dimension->growth = log1p(growth / 100);
	if (found < 0 || number_read(group, "spread", 0, 1000, &spread, error) < 0 || number_read(group, "noise", 0, 1000, &noise, error) < 0)
		return error->code;
	dimension->spread = spread / 100;
	dimension->noise = noise / 100;
	return 0;
}

static int reduction_read(const config_setting_t *group, struct forecast *forecast, struct error *error)
{
	static const char *const names[] = {"low", "likely", "high", "base", NULL};
	const config_setting_t *member;
	int found = read_group(group, "reduction", &member, error);

	if (found <= 0)
		return found;
	if (read_known(member, names, error) < 0 || (found = number_read(member, "likely", 0.1, 1000, &forecast->reduction_likely, error)) < 0)
		return error->code;
	if (!found)
		return read_fail(member, error, "\"likely\" is missing");
	forecast->reduction_low = forecast->reduction_high = forecast->reduction_base = forecast->reduction_likely;
	if (number_read(member, "low", 0.1, 1000, &forecast->reduction_low, error) < 0 ||
	    number_read(member, "high", 0.1, 1000, &forecast->reduction_high, error) < 0 ||
	    number_read(member, "base", 0.1, 1000, &forecast->reduction_base, error) < 0)
		return error->code;
	if (forecast->reduction_low > forecast->reduction_likely || forecast->reduction_likely > forecast->reduction_high)
		return read_fail(member, error, "\"low\", \"likely\" and \"high\" are not in this order");
	return 0;
}

static int events_read(const config_setting_t *group, struct forecast *forecast, struct error *error)
{
	static const char *const names[] = {"month", "factor", "chance", NULL};
	const config_setting_t *list;
	size_t count;

	if (read_groups(group, "events", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	if (count > FORECAST_EVENTS_MAX)
		return read_fail(list, error, "more than %d events", FORECAST_EVENTS_MAX);
	for (size_t i = 0; i < count; i++) {
		const config_setting_t *item = config_setting_get_elem(list, (unsigned)i);
		struct forecast_event *event = &forecast->events[i];
		int64_t month = 0;
		int found;

		event->chance = 1;
		if (read_known(item, names, error) < 0 || read_integer(item, "month", READ_REQUIRED, 1, SCHEDULE_MONTHS_MAX, &month, error) < 0 ||
		    (found = number_read(item, "factor", 0, 1000, &event->factor, error)) < 0 ||
		    number_read(item, "chance", 0, 1, &event->chance, error) < 0)
			return error->code;
		if (!found)
			return read_fail(item, error, "\"factor\" is missing");
		event->month = (int)month;
	}
	forecast->event_count = count;
	return 0;
}

int forecast_read(const config_setting_t *group, const struct catalog_offer *offer, struct forecast *forecast, struct error *error)
{
	static const char *const names[] = {"dimensions", "reduction", "events", "correlation", "paths", "seed", NULL};
	const config_setting_t *list;
	int64_t paths = (int64_t)forecast->paths, seed = (int64_t)forecast->seed;
	size_t count;

	if (read_known(group, names, error) < 0 || read_groups(group, "dimensions", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	for (size_t i = 0; i < count; i++)
		if (dimension_read(config_setting_get_elem(list, (unsigned)i), offer, forecast, error) < 0)
			return error->code;
	if (reduction_read(group, forecast, error) < 0 || events_read(group, forecast, error) < 0 ||
	    number_read(group, "correlation", 0, 1, &forecast->correlation, error) < 0 ||
	    read_integer(group, "paths", READ_OPTIONAL, 1, FORECAST_PATHS_MAX, &paths, error) < 0 ||
	    read_integer(group, "seed", READ_OPTIONAL, 0, INT64_MAX, &seed, error) < 0)
		return error->code;
	forecast->paths = (size_t)paths;
	forecast->seed = (uint64_t)seed;
	return 0;
}

/* ---- paths ---- */

struct making {
	const struct forecast *forecast;
	const struct schedule *schedule;
	const size_t *charges; /* of each dimension; SIZE_MAX: not sold */
	size_t charge_count;
	int *months;  /* of the year, of each slice */
	int64_t gap;  /* months between the history's end and the first slice */
};

enum { FORECAST_STREAMS = CATALOG_DIMENSIONS_MAX };

static int64_t micro(double units)
{
	double value = units * 1e6;

	return !(value > 0) ? 0 : value > FORECAST_QUANTITY_MAX ? (int64_t)FORECAST_QUANTITY_MAX : (int64_t)llround(value);
}

/* The factor of events by each slice; drawn first, so that what happens does not depend on which dimensions are known. */
static void events_draw(const struct making *making, struct chance *chance, double *factors)
{
	for (size_t i = 0; i < making->schedule->slice_count; i++)
		factors[i] = 1;
	for (size_t i = 0; i < making->forecast->event_count; i++) {
		const struct forecast_event *event = &making->forecast->events[i];

		if (draw_unit(chance) >= event->chance)
			continue;
		for (size_t slice = (size_t)event->month - 1; slice < making->schedule->slice_count; slice++)
			factors[slice] *= event->factor;
	}
}

/* How much of a month a slice is, by its time: the first and the last one may be cut short. */
static double slice_share(const struct schedule *schedule, size_t slice)
{
	const struct slice *at = &schedule->slices[slice];
	bool end = slice == 0 || slice + 1 == schedule->slice_count;
	double length = (double)(at->to - at->from) / (double)(30 * APOLLO_DAY);

	return end && length < 0.93 ? length : 1;
}

/* The path's own reduction, which is drawn first. */
static double path_reduction(const struct forecast *forecast, struct chance *chance)
{
	return triangle_share(draw_unit(chance), forecast->reduction_low, forecast->reduction_likely, forecast->reduction_high);
}

static void path_make(const struct making *making, uint64_t path, double *factors, int64_t *quantities)
{
	const struct forecast *forecast = making->forecast;
	struct chance chance = draw_of(forecast->seed, path * (FORECAST_STREAMS + 1));
	double reduction = forecast->reduction_base / path_reduction(forecast, &chance);
	double common = draw_normal(&chance), share = sqrt(forecast->correlation), rest = sqrt(1 - forecast->correlation);

	events_draw(making, &chance, factors);
	for (size_t i = 0; i < forecast->dimension_count; i++) {
		const struct forecast_dimension *dimension = &forecast->dimensions[i];
		size_t charge = making->charges[i];
		double growth, level;

		/* Each dimension draws by itself, so that what a plan sells and for how long does not change what is used. */
		chance = draw_of(forecast->seed, path * (FORECAST_STREAMS + 1) + i + 1);
		if (charge == SIZE_MAX)
			continue;
		growth = dimension->growth + dimension->spread * (share * common + rest * draw_normal(&chance));
		level = dimension->level * (dimension->reduced ? reduction : 1);

		for (size_t slice = 0; slice < making->schedule->slice_count; slice++) {
			double deviation = dimension->noise * draw_normal(&chance) - dimension->noise * dimension->noise / 2;

			quantities[slice * making->charge_count + charge] =
				dimension->known ? micro(level * slice_share(making->schedule, slice) * exp(growth * ((double)slice + 1 + (double)making->gap) + deviation) * dimension->season[making->months[slice]] * factors[slice])
						 : 0;
		}
	}
}

int64_t *forecast_make(struct scope *scope, const struct forecast *forecast, const struct schedule *schedule, const struct catalog_offer *offer,
		       struct error *error)
{
	const struct tariff *tariff = schedule->periods[0].tariff;
	struct making making = {.forecast = forecast, .schedule = schedule, .charge_count = tariff->charge_count};
	size_t *charges = scope_alloc(scope, (offer->dimension_count + 1) * sizeof(*charges));
	double *factors = scope_alloc(scope, schedule->slice_count * sizeof(*factors));
	int64_t *quantities = NULL;
	size_t each = schedule->slice_count * tariff->charge_count, all;

	making.months = scope_alloc(scope, schedule->slice_count * sizeof(*making.months));
	if (!__builtin_mul_overflow(each * sizeof(*quantities), forecast->paths, &all))
		quantities = scope_alloc(scope, all + 1);
	if (!charges || !factors || !making.months || !quantities) {
		(void)error_memory(error, "a forecast");
		return NULL;
	}
	for (size_t i = 0; i < offer->dimension_count; i++) {
		const struct tariff_charge *charge = tariff_charge(tariff, &offer->dimensions[i]);

		charges[i] = charge ? (size_t)(charge - tariff->charges) : SIZE_MAX;
	}
	making.charges = charges;
	for (size_t i = 0; i < schedule->slice_count; i++)
		making.months[i] = (int)(month_number(zone_local(schedule->zone, schedule->slices[i].from)) % 12);
	if (forecast->history_months) {
		making.gap = month_number(zone_local(schedule->zone, schedule->start)) - forecast->history_end - 1;
		making.gap = making.gap < 0 ? 0 : making.gap;
	}
	for (size_t path = 0; path < forecast->paths; path++)
		path_make(&making, path, factors, quantities + path * each);
	return quantities;
}

/* ---- what must be usable ---- */

int forecast_stored(const struct forecast *forecast, const struct schedule *schedule, const struct catalog_offer *offer,
		    const struct catalog_dimension *dimension, double percent, int64_t *bytes, struct error *error)
{
	const struct tariff *tariff = schedule->periods[0].tariff;
	const size_t charge = (size_t)(tariff_charge(tariff, dimension) - tariff->charges), slices = schedule->slice_count;
	const bool reduced = forecast->dimensions[dimension - offer->dimensions].reduced;
	const double most = (double)(INT64_C(1) << 59), unit = (double)(INT64_C(1) << 40) / (730 * 1e6);
	SCOPE_CLEANUP struct scope scope = scope_init(INT32_MAX);
	int64_t *quantities = forecast_make(&scope, forecast, schedule, offer, error), *needs = scope_alloc(&scope, forecast->paths * sizeof(*needs));

	if (!quantities || !needs)
		return quantities ? error_memory(error, "a forecast") : error->code;
	for (size_t path = 0; path < forecast->paths; path++) {
		struct chance chance = draw_of(forecast->seed, path * (FORECAST_STREAMS + 1));
		int64_t largest = 0;
		double need;

		for (size_t slice = 0; slice < slices; slice++) {
			int64_t quantity = quantities[(path * slices + slice) * tariff->charge_count + charge];

			largest = quantity > largest ? quantity : largest;
		}
		need = ceil((double)largest * unit / (reduced ? 1 : path_reduction(forecast, &chance)));
		needs[path] = (int64_t)(need > most ? most : need);
	}
	*bytes = share_of(needs, forecast->paths, percent);
	return 0;
}
