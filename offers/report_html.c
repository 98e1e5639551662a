/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/report.h"

#include "offers/svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PAGE_POINTS = 2048, ROW = 30, LABELS = 190, LABEL_MAX = 12 };

/* Blue, orange and grey are told apart by all eyes; what is drawn is also labelled. */
static const char style[] =
	":root{color-scheme:light dark;--page:#fff;--text:#1b1f24;--soft:#57606a;--rule:#d0d7de;--grid:#e6eaee;--offer:#0b5cad;--list:#59636e;--rival:#a8430a;--band:#0b5cad33;"
	"--plus:#0b5cad;--minus:#c2570c;--cost:#8a939c;--zone:#c2570c55}\n"
	"@media screen and (prefers-color-scheme:dark){:root{--page:#12161b;--text:#e8ebee;--soft:#a9b3bd;--rule:#3a424b;--grid:#262d35;--offer:#6cb2ff;--list:#b4bdc6;--rival:#ffa05c;"
	"--band:#6cb2ff33;--plus:#6cb2ff;--minus:#ffa05c;--cost:#7d8894;--zone:#ffa05c55}}\n"
	"@media print{:root{color-scheme:light}}\n"
	"body{font:15px/1.45 system-ui,sans-serif;color:var(--text);background:var(--page);max-width:76rem;margin:2rem auto;padding:0 1rem}\n"
	"h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .3rem;border-bottom:1px solid var(--rule)}p{margin:.3rem 0;overflow-wrap:anywhere}\n"
	".said{font-size:1.1rem;margin:.8rem 0}.note{color:var(--soft);font-size:.88rem}\n"
	".figure{display:grid;grid-template-columns:minmax(0,1fr);gap:.6rem 1.5rem;margin-top:.5rem}\n"
	"@media(min-width:60rem){.beside{grid-template-columns:minmax(0,1fr) fit-content(35rem)}}\n"
	".chart{overflow-x:auto}.chart svg{display:block;width:100%;min-width:34rem;max-width:46rem;height:auto}\n"
	".data{overflow:auto;max-height:23rem}table{border-collapse:collapse;font-size:.84rem;font-variant-numeric:tabular-nums}\n"
	"td,th{text-align:left;vertical-align:top;padding:.15rem 1rem .15rem 0;border-bottom:1px solid var(--grid)}th{position:sticky;top:0;background:var(--page);color:var(--soft);font-weight:600}\n"
	".n{text-align:right;white-space:nowrap}.key{font-weight:600}\n"
	"svg text{font:12px system-ui,sans-serif;fill:var(--text)}svg .tick{fill:var(--soft)}svg .mid{text-anchor:middle}svg .end{text-anchor:end}svg .strong{font-weight:600}\n"
	"svg .grid{stroke:var(--grid)}svg .zero{stroke:var(--soft)}svg .line{fill:none;stroke-width:2.2;stroke-linejoin:round}svg .band{fill:var(--band)}\n"
	"svg .line.offer{stroke:var(--offer)}svg .line.list{stroke:var(--list);stroke-dasharray:7 4}svg .line.rival{stroke:var(--rival);stroke-dasharray:2 3}\n"
	"svg .line.committed{stroke:var(--rival);stroke-width:1.8;stroke-dasharray:9 3 2 3}svg .line.join{stroke:var(--soft);stroke-width:1}\n"
	"svg text.offer{fill:var(--offer)}svg text.list{fill:var(--list)}svg text.rival{fill:var(--rival)}svg text.committed{fill:var(--rival)}\n"
	"svg .bar.total{fill:var(--offer)}svg .bar.plus{fill:var(--plus);opacity:.65}svg .bar.minus{fill:var(--minus)}svg .bar.cost{fill:var(--cost)}svg .bar.zone{fill:var(--minus)}\n"
	"svg .bar.density{fill:var(--list);opacity:.55}svg .bar.low{fill:var(--minus)}svg .bar.high{fill:var(--plus)}svg text.inside{fill:#fff;font-weight:600}\n"
	"svg .mark{stroke:var(--page);stroke-width:1}svg .mark.front{fill:var(--offer)}svg .mark.chosen{fill:var(--rival)}svg .mark.this{fill:var(--page);stroke:var(--text);stroke-width:2}\n"
	"@media print{@page{size:A4;margin:14mm}body{margin:0;max-width:none;padding:0;font-size:10.5px}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}\n"
	".data{max-height:none;overflow:visible}.chart{overflow:visible}.chart svg{min-width:0;max-width:150mm}th{position:static}h2{break-after:avoid}tr,svg{break-inside:avoid}thead{display:table-header-group}\n"
	"table{font-size:8.5px}td,th{padding-right:.4rem}}\n";

/* ---- tables ---- */

static void cell(struct buffer *buffer, const char *tag, bool number, const char *text)
{
	(void)buffer_print(buffer, number ? "<%s class=\"n\">" : "<%s>", tag);
	(void)buffer_markup(buffer, text);
	(void)buffer_print(buffer, "</%s>", tag);
}

static void table_part(const struct report_table *table, struct buffer *buffer)
{
	size_t kind = report_column(table, "kind");

	(void)buffer_print(buffer, "<div class=\"data\" tabindex=\"0\"><table id=\"%s\"><thead><tr>", table->name);
	for (size_t i = 0; i < table->column_count; i++)
		cell(buffer, "th", table->columns[i].number, table->columns[i].head);
	(void)buffer_text(buffer, "</tr></thead><tbody>\n");
	for (size_t row = 0; row < table->row_count; row++) {
		bool key = kind != SIZE_MAX && (strcmp(report_cell(table, row, kind)->text, "total") == 0 || strcmp(report_cell(table, row, kind)->text, "chosen") == 0);

		(void)buffer_text(buffer, key ? "<tr class=\"key\">" : "<tr>");
		for (size_t i = 0; i < table->column_count; i++)
			cell(buffer, "td", table->columns[i].number, report_cell(table, row, i)->text);
		(void)buffer_text(buffer, "</tr>\n");
	}
	(void)buffer_text(buffer, "</tbody></table></div>\n");
}

/* ---- columns as numbers ---- */

struct column {
	double values[PAGE_POINTS];
	size_t count;
	double least, most;
};

static bool column_take(const struct report_table *table, const char *name, struct column *column)
{
	size_t index = report_column(table, name);

	*column = (struct column){0};
	if (index == SIZE_MAX)
		return false;
	column->count = table->row_count < PAGE_POINTS ? table->row_count : PAGE_POINTS;
	for (size_t i = 0; i < column->count; i++) {
		double value = column->values[i] = report_cell(table, i, index)->position;

		column->least = i && column->least < value ? column->least : value;
		column->most = i && column->most > value ? column->most : value;
	}
	return column->count > 0;
}

/* Names at the ends of lines, moved apart. */
struct label {
	const char *class, *text;
};

static void labels_draw(struct svg *svg, const struct label *labels, double *y, size_t count)
{
	svg_spread(y, count, 14, svg->y.to, svg->y.from);
	for (size_t i = 0; i < count; i++)
		svg_text(svg, labels[i].class, svg->x.to + 6, y[i] + 4, labels[i].text);

}

/* ---- bill against usage ---- */

static const char *const curve_columns[] = {"list", "offer", "competitor"};
static const char *const curve_classes[] = {"list", "offer", "rival"};
enum { CURVES = 3 };

/* A long name is the table's. */
static const char *rival_label(const struct report *report)
{
	return strlen(report->rival_name) <= LABEL_MAX ? report->rival_name : "competitor";
}

static void curves_draw(const struct report *report, const struct report_table *table, struct svg *svg, const struct column *usage, double cap)
{
	struct label labels[CURVES];
	double ends[CURVES];
	size_t count = 0;

	for (int i = 0; i < CURVES; i++) {
		struct column column;
		size_t first = 0;

		if (!column_take(table, curve_columns[i], &column))
			continue;
		while (first + 1 < column.count && column.values[first] > cap)
			first++;
		svg_line(svg, curve_classes[i], usage->values + first, column.values + first, column.count - first);
		labels[count] = (struct label){curve_classes[i], i == 0 ? "list" : i == 1 ? "offer" : rival_label(report)};
		ends[count++] = svg_at(&svg->y, column.values[column.count - 1]);
	}
	labels_draw(svg, labels, ends, count);
}

static void usage_ticks(struct svg *svg, const struct report_table *table)
{
	char text[CATALOG_NAME_MAX + 32];

	(void)snprintf(text, sizeof(text), "used in a month, %s", table->columns[0].head);
	svg_x_ticks(svg, text);
}

static void density_draw(const struct report *report, struct svg *svg, double height)
{
	const struct report_table *table = report_table(report, "density");
	struct column from, to, share;

	if (!table || !column_take(table, "from", &from) || !column_take(table, "to", &to) || !column_take(table, "share", &share) || share.most <= 0)
		return;
	for (size_t i = 0; i < share.count; i++) {
		double left = svg_at(&svg->x, from.values[i]), right = svg_at(&svg->x, to.values[i]);

		if (right <= svg->x.to + 0.5)
			svg_bar(svg, "density", left + 0.5, svg->height - 6, right - left - 1, -height * share.values[i] / share.most);
	}
	svg_text(svg, "tick", svg->x.to + 6, svg->height - 8, "paths");
}

static void bill_chart(const struct report *report, const struct report_table *table, struct buffer *buffer)
{
	struct svg svg = svg_open(buffer, 400, "Bill of the term against usage of a month: the list, the offer and the competitor");
	struct column usage, column;
	double most = 0;

	(void)column_take(table, "usage", &usage);
	for (int i = 0; i < CURVES; i++)
		if (column_take(table, curve_columns[i], &column))
			most = fmax(most, column.most);
	svg.height -= 60; /* below are the scenarios */
	svg_x(&svg, 0, usage.most);
	svg_y(&svg, 0, most);
	svg_y_ticks(&svg, report->currency);
	usage_ticks(&svg, table);
	curves_draw(report, table, &svg, &usage, INFINITY);
	svg.height += 60;
	density_draw(report, &svg, 50);
	svg_close(&svg);
}

static void unit_chart(const struct report *report, const struct report_table *table, struct buffer *buffer)
{
	struct svg svg = svg_open(buffer, 340, "Effective price of a unit against usage of a month");
	struct column usage, list, column;
	double cap, most = 0;

	(void)column_take(table, "usage", &usage);
	(void)column_take(table, "list", &list);
	/* The first units carry all fees: what is beyond some times the price at the middle is left to the table. */
	cap = 2.5 * list.values[list.count / 2];
	for (int i = 0; i < CURVES; i++)
		for (size_t j = 0; column_take(table, curve_columns[i], &column) && j < column.count; j++)
			most = column.values[j] <= cap ? fmax(most, column.values[j]) : most;
	svg_x(&svg, 0, usage.most);
	svg_y(&svg, 0, most);
	svg_y_ticks(&svg, report->currency);
	usage_ticks(&svg, table);
	curves_draw(report, table, &svg, &usage, cap);
	svg_close(&svg);
}

/* ---- months ---- */

static void months_ticks(const struct report_table *table, struct svg *svg)
{
	size_t every = (table->row_count + 11) / 12;

	for (size_t i = 0; i < table->row_count; i += every) {
		char text[8];

		(void)snprintf(text, sizeof(text), "%.7s", report_cell(table, i, 0)->text);
		svg_text(svg, "tick mid", svg_at(&svg->x, (double)i), svg->y.from + 16 + (i / every % 2 ? 12 : 0), text);
	}
}

static void months_chart(const struct report *report, const struct report_table *table, struct buffer *buffer)
{
	struct svg svg = svg_open(buffer, 340, "Bill of each month: low, median and high of the offer, the list's median, and what is committed");
	struct column months = {0}, low, median, high, list, committed;
	const struct label labels[] = {{"offer", "offer, median"}, {"list", "list, median"}, {"committed", "committed"}};
	double ends[3];

	(void)column_take(table, "low", &low);
	(void)column_take(table, "median", &median);
	(void)column_take(table, "high", &high);
	(void)column_take(table, "list", &list);
	(void)column_take(table, "committed", &committed);
	for (size_t i = 0; i < low.count; i++)
		months.values[i] = (double)i;
	svg.x = (struct svg_axis){0, low.count > 1 ? (double)low.count - 1 : 1, 1, SVG_LEFT, SVG_WIDTH - SVG_RIGHT};
	svg_y(&svg, fmin(0, low.least), fmax(fmax(high.most, list.most), committed.most));
	svg_y_ticks(&svg, report->currency);
	months_ticks(table, &svg);
	svg_band(&svg, "offer", months.values, low.values, high.values, low.count);
	svg_line(&svg, "list", months.values, list.values, low.count);
	svg_line(&svg, "committed", months.values, committed.values, low.count);
	svg_line(&svg, "offer", months.values, median.values, low.count);
	ends[0] = svg_at(&svg.y, median.values[low.count - 1]);
	ends[1] = svg_at(&svg.y, list.values[low.count - 1]);
	ends[2] = svg_at(&svg.y, committed.values[low.count - 1]);
	labels_draw(&svg, labels, ends, 3);
	svg_close(&svg);
}

/* ---- bars in rows ---- */

/* A drawing of rows with names at the left; its x axis is set. */
static struct svg rows_open(struct buffer *buffer, const char *title, size_t rows, double least, double most, const char *currency)
{
	struct svg svg = svg_open(buffer, (int)rows * ROW + SVG_TOP + SVG_BOTTOM, title);

	svg.x = svg_axis_make(least, most, 5, LABELS, SVG_WIDTH - SVG_RIGHT);
	svg.y = (struct svg_axis){0, 1, 1, svg.height - SVG_BOTTOM, SVG_TOP};
	svg_x_ticks(&svg, currency);
	return svg;
}

static double row_y(size_t row)
{
	return SVG_TOP + (double)row * ROW + 6;
}

static void waterfall_chart(const struct report *report, const struct report_table *table, struct buffer *buffer)
{
	struct column amount, level;
	struct svg svg;

	(void)column_take(table, "amount", &amount);
	(void)column_take(table, "level", &level);
	svg = rows_open(buffer, "From the list to our net, step by step", table->row_count, fmin(0, level.least), fmax(0, level.most), report->currency);
	for (size_t i = 0; i < table->row_count; i++) {
		bool total = strcmp(report_cell(table, i, 1)->text, "total") == 0;
		double from = svg_at(&svg.x, total ? 0 : level.values[i] - amount.values[i]), to = svg_at(&svg.x, level.values[i]);
		char text[SVG_TEXT];

		svg_text(&svg, total ? "end strong" : "end", LABELS - 10, row_y(i) + 14, report_cell(table, i, 0)->text);
		svg_bar(&svg, total ? "total" : amount.values[i] < 0 ? "minus" : "plus", from, row_y(i), to - from, ROW - 10);
		svg_text(&svg, total ? "strong" : "", fmax(from, to) + 5, row_y(i) + 14, svg_number(amount.values[i], text));
	}
	svg_close(&svg);
}

static void net_chart(const struct report *report, const struct report_table *table, struct buffer *buffer)
{
	static const char *const parts[] = {"net", "cost", "fee"}, *const classes[] = {"total", "cost", "minus"};
	struct column bill, columns[3];
	struct svg svg;

	(void)column_take(table, "bill", &bill);
	for (int i = 0; i < 3; i++)
		(void)column_take(table, parts[i], &columns[i]);
	svg = rows_open(buffer, "What of the bill is net, costs and fee", table->row_count, fmin(0, columns[0].least), bill.most, report->currency);
	for (size_t row = 0; row < table->row_count; row++) {
		double at = 0;

		svg_text(&svg, "end strong", LABELS - 10, row_y(row) + 14, report_cell(table, row, 0)->text);
		for (int i = 0; i < 3; i++) {
			double from = svg_at(&svg.x, at), to = svg_at(&svg.x, at + columns[i].values[row]);

			svg_bar(&svg, classes[i], from, row_y(row), to - from, ROW - 10);
			if (row == 0 && fabs(to - from) > 0.5)
				svg_text(&svg, i == 2 ? "" : "mid", i == 2 ? to + 4 : (from + to) / 2, row_y(row) - 3 + (i == 2 ? 17 : 0), parts[i]);
			at += columns[i].values[row];
		}
	}
	svg_close(&svg);
}

static void tornado_chart(const struct report *report, const struct report_table *table, struct buffer *buffer)
{
	const struct report_table *nets = report_table(report, "net");
	double base = report_cell(nets, 1, report_column(nets, "net"))->position;
	struct column low, high;
	struct svg svg;

	(void)column_take(table, "net_low", &low);
	(void)column_take(table, "net_high", &high);
	svg = rows_open(buffer, "Our net where one thing at a time is low or high", table->row_count, fmin(base, fmin(low.least, high.least)),
			fmax(base, fmax(low.most, high.most)), report->currency);
	for (size_t i = 0; i < table->row_count; i++) {
		double middle = svg_at(&svg.x, base), ends[2] = {svg_at(&svg.x, low.values[i]), svg_at(&svg.x, high.values[i])};

		svg_text(&svg, "end", LABELS - 10, row_y(i) + 14, report_cell(table, i, 0)->text);
		for (int end = 0; end < 2; end++) {
			svg_bar(&svg, end ? "high" : "low", middle, row_y(i), ends[end] - middle, ROW - 10);
			svg_text(&svg, ends[end] < middle ? "tick end" : "tick", ends[end] + (ends[end] < middle ? -4 : 4), row_y(i) + 14, end ? "high" : "low");
		}
	}
	svg_bar(&svg, "total", svg_at(&svg.x, base) - 0.8, SVG_TOP, 1.6, svg.y.from - SVG_TOP);
	svg_text(&svg, "mid strong", svg_at(&svg.x, base), SVG_TOP - 4, "forecast");
	svg_close(&svg);
}

static void zones_chart(const struct report *report, const struct report_table *table, struct buffer *buffer)
{
	struct column from, to;
	struct svg svg;

	(void)report;
	(void)column_take(table, "from", &from);
	(void)column_take(table, "to", &to);
	svg = rows_open(buffer, "Usage that costs more than a little more would", table->row_count, 0, 1.2 * to.most, "used in a billing period");
	for (size_t i = 0; i < table->row_count; i++) {
		double left = svg_at(&svg.x, from.values[i]), right = svg_at(&svg.x, to.values[i]);
		char text[64];

		svg_text(&svg, "end", LABELS - 10, row_y(i) + 14, report_cell(table, i, 0)->text);
		svg_bar(&svg, "zone", left, row_y(i), right - left, ROW - 10);
		(void)snprintf(text, sizeof(text), "%s %% of months", report_cell(table, i, 3)->text);
		svg_text(&svg, "", right + 5, row_y(i) + 14, text);
	}
	svg_close(&svg);
}

/* ---- front ---- */

/* The chosen one and the one that the report is of, with their names. */
static void front_named(struct svg *svg, const char *kind, double customer, double net)
{
	double x = svg_at(&svg->x, customer), y = svg_at(&svg->y, net);
	bool chosen = strcmp(kind, "chosen") == 0, right = x > (svg->x.from + svg->x.to) / 2;

	if (strcmp(kind, "front") == 0)
		return;
	svg_mark(svg, kind, customer, net, 7);
	svg_text(svg, right ? "strong end" : "strong", x + (right ? -11 : 11), y + (chosen ? -6 : 14), chosen ? "chosen" : "this offer");
}

static void front_chart(const struct report *report, const struct report_table *table, struct buffer *buffer)
{
	char pays[64], nets[64];
	struct svg svg = svg_open(buffer, 360, "What the customer pays against our net, for offers that no other beats");
	struct column customer, net;
	double margin_x, margin_y;

	(void)column_take(table, "customer", &customer);
	(void)column_take(table, "net", &net);
	(void)snprintf(pays, sizeof(pays), "the customer pays, %.8s", report->currency);
	(void)snprintf(nets, sizeof(nets), "our net, %.8s", report->currency);
	margin_x = 0.06 * (customer.most - customer.least);
	margin_y = 0.06 * (net.most - net.least);
	svg_x(&svg, customer.least - margin_x, customer.most + margin_x);
	svg_y(&svg, net.least - margin_y, net.most + margin_y);
	svg_y_ticks(&svg, nets);
	svg_x_ticks(&svg, pays);
	if (customer.count > 2)
		svg_line(&svg, "join", customer.values + 1, net.values + 1, customer.count - 1);
	for (size_t i = 0; i < customer.count; i++)
		if (strcmp(report_cell(table, i, 0)->text, "front") == 0)
			svg_mark(&svg, "front", customer.values[i], net.values[i], 4);
	for (size_t i = 0; i < customer.count; i++)
		front_named(&svg, report_cell(table, i, 0)->text, customer.values[i], net.values[i]);
	svg_close(&svg);
}

/* ---- the page ---- */

static const struct {
	const char *table;
	bool beside; /* the table is narrow enough for that */
	void (*draw)(const struct report *report, const struct report_table *table, struct buffer *buffer);
} parts[] = {
	{"bill", true, bill_chart},
	{"density", false, NULL},
	{"months", true, months_chart},
	{"waterfall", true, waterfall_chart},
	{"front", false, front_chart},
	{"unit_price", true, unit_chart},
	{"tornado", false, tornado_chart},
	{"dead_zones", true, zones_chart},
	{"net", false, net_chart},
	{"chances", false, NULL},
	{"basis", false, NULL},
};

static void figure_part(const struct report *report, const struct report_table *table, size_t index, struct buffer *buffer)
{
	(void)buffer_text(buffer, "<h2>");
	(void)buffer_markup(buffer, table->title);
	(void)buffer_text(buffer, "</h2>\n");
	if (table->note) {
		(void)buffer_text(buffer, "<p class=\"note\">");
		(void)buffer_markup(buffer, table->note);
		(void)buffer_text(buffer, "</p>\n");
	}
	(void)buffer_print(buffer, "<div class=\"figure%s\">\n", parts[index].beside ? " beside" : "");
	if (parts[index].draw && table->row_count) {
		(void)buffer_text(buffer, "<div class=\"chart\">\n");
		parts[index].draw(report, table, buffer);
		(void)buffer_text(buffer, "</div>\n");
	}
	table_part(table, buffer);
	(void)buffer_text(buffer, "</div>\n");
}

static void said_part(const struct report *report, struct buffer *buffer)
{
	const struct report_table *nets = report_table(report, "net");
	const char *list = report_cell(nets, 0, report_column(nets, "bill"))->text, *bill = report_cell(nets, 1, report_column(nets, "bill"))->text;

	(void)buffer_text(buffer, "<h1>");
	(void)buffer_markup(buffer, report->name);
	(void)buffer_print(buffer, "</h1>\n<p class=\"said\">The customer is expected to pay <b>%s %s</b> over the term, by the list %s; our net is <b>%s</b>, a margin of %s&nbsp;%%.</p>\n",
			   report->currency, bill, list, report_cell(nets, 1, report_column(nets, "net"))->text,
			   report_cell(nets, 1, report_column(nets, "margin"))->text);
}

void report_page(const struct report *report, struct buffer *buffer)
{
	(void)buffer_text(buffer, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n"
			  "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	(void)buffer_markup(buffer, report->name);
	(void)buffer_text(buffer, ": report</title>\n<style>\n");
	(void)buffer_text(buffer, style);
	(void)buffer_text(buffer, "</style></head><body>\n");
	said_part(report, buffer);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		const struct report_table *table = report_table(report, parts[i].table);

		if (table)
			figure_part(report, table, i, buffer);
	}
	(void)buffer_text(buffer, "</body></html>\n");
}
