/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/svg.h"

#include <math.h>
#include <stdio.h>

/* ---- axes ---- */

struct svg_axis svg_axis_make(double least, double most, int ticks, double from, double to)
{
	static const double factors[] = {1, 2, 2.5, 5, 10};
	double span = most > least ? most - least : fabs(most) > 0 ? fabs(most) : 1, power = pow(10, floor(log10(span / ticks)));
	struct svg_axis axis = {.from = from, .to = to, .step = power};

	for (size_t i = 0; i < sizeof(factors) / sizeof(*factors) && axis.step * ticks < span; i++)
		axis.step = power * factors[i];
	axis.least = floor(least / axis.step + 1e-9) * axis.step;
	axis.most = ceil(most / axis.step - 1e-9) * axis.step;
	if (axis.most <= axis.least)
		axis.most = axis.least + axis.step;
	return axis;
}

double svg_at(const struct svg_axis *axis, double value)
{
	return axis->from + (value - axis->least) / (axis->most - axis->least) * (axis->to - axis->from);
}

const char *svg_number(double value, char text[static SVG_TEXT])
{
	static const char *const units[] = {"", "k", "M", "G", "T"};
	double size = fabs(value);
	size_t unit = 0;

	for (; size >= 999.9995 && unit + 1 < sizeof(units) / sizeof(*units); unit++) {
		size /= 1000;
		value /= 1000;
	}
	(void)snprintf(text, SVG_TEXT, "%.4g%s", size < 1e-12 ? 0 : value, units[unit]);
	return text;
}

/* ---- a drawing ---- */

struct svg svg_open(struct buffer *buffer, int height, const char *title)
{
	struct svg svg = {.buffer = buffer, .height = height};

	(void)buffer_print(buffer, "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>", SVG_WIDTH, height);
	(void)buffer_markup(buffer, title);
	(void)buffer_text(buffer, "</title>\n");
	return svg;
}

void svg_close(struct svg *svg)
{
	(void)buffer_text(svg->buffer, "</svg>\n");
}

void svg_x(struct svg *svg, double least, double most)
{
	svg->x = svg_axis_make(least, most, 6, SVG_LEFT, SVG_WIDTH - SVG_RIGHT);
}

void svg_y(struct svg *svg, double least, double most)
{
	svg->y = svg_axis_make(least, most, 5, svg->height - SVG_BOTTOM, SVG_TOP + 8);
}

void svg_text(struct svg *svg, const char *class, double x, double y, const char *text)
{
	(void)buffer_print(svg->buffer, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, x, y);
	(void)buffer_markup(svg->buffer, text);
	(void)buffer_text(svg->buffer, "</text>\n");
}

static void rule(struct svg *svg, const char *class, double x1, double y1, double x2, double y2)
{
	(void)buffer_print(svg->buffer, "<path class=\"%s\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", class, x1, y1, x2, y2);
}

void svg_x_ticks(struct svg *svg, const char *label)
{
	int count = (int)lround((svg->x.most - svg->x.least) / svg->x.step);
	char text[SVG_TEXT];

	for (int i = 0; i <= count; i++) {
		double value = svg->x.least + i * svg->x.step, x = svg_at(&svg->x, value);

		rule(svg, value == 0 ? "zero" : "grid", x, svg->y.to, x, svg->y.from);
		svg_text(svg, "tick mid", x, svg->y.from + 16, svg_number(value, text));
	}
	svg_text(svg, "tick mid", (svg->x.from + svg->x.to) / 2, svg->y.from + 32, label);
}

void svg_y_ticks(struct svg *svg, const char *label)
{
	int count = (int)lround((svg->y.most - svg->y.least) / svg->y.step);
	char text[SVG_TEXT];

	for (int i = 0; i <= count; i++) {
		double value = svg->y.least + i * svg->y.step, y = svg_at(&svg->y, value);

		rule(svg, i == 0 || fabs(value) < svg->y.step / 1e6 ? "zero" : "grid", svg->x.from, y, svg->x.to, y);
		svg_text(svg, "tick end", svg->x.from - 6, y + 4, svg_number(value, text));
	}
	svg_text(svg, "tick", 4, SVG_TOP - 4, label);
}

static void points(struct svg *svg, const double *x, const double *y, size_t count, bool back)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = back ? count - 1 - i : i;

		(void)buffer_print(svg->buffer, "%s%.1f %.1f", i || back ? "L" : "M", svg_at(&svg->x, x[at]), svg_at(&svg->y, y[at]));
	}
}

void svg_line(struct svg *svg, const char *class, const double *x, const double *y, size_t count)
{
	(void)buffer_print(svg->buffer, "<path class=\"line %s\" d=\"", class);
	points(svg, x, y, count, false);
	(void)buffer_text(svg->buffer, "\"/>\n");
}

void svg_band(struct svg *svg, const char *class, const double *x, const double *low, const double *high, size_t count)
{
	(void)buffer_print(svg->buffer, "<path class=\"band %s\" d=\"", class);
	points(svg, x, low, count, false);
	points(svg, x, high, count, true);
	(void)buffer_text(svg->buffer, "Z\"/>\n");
}

void svg_mark(struct svg *svg, const char *class, double x, double y, double radius)
{
	(void)buffer_print(svg->buffer, "<circle class=\"mark %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n", class, svg_at(&svg->x, x), svg_at(&svg->y, y), radius);
}

void svg_bar(struct svg *svg, const char *class, double x, double y, double width, double height)
{
	(void)buffer_print(svg->buffer, "<rect class=\"bar %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", class, width < 0 ? x + width : x,
			   height < 0 ? y + height : y, fabs(width), fabs(height));
}

void svg_spread(double *y, size_t count, double apart, double top, double bottom)
{
	/* A few passes: each pair that is too close moves apart by half of what is missing. */
	for (size_t pass = 0; pass < 50; pass++)
		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; j < count; j++) {
				double missing = apart - (y[j] - y[i]);

				if (i == j || y[j] < y[i] || (y[j] == y[i] && j < i) || missing <= 0)
					continue;
				y[i] = fmax(top, y[i] - missing / 2);
				y[j] = fmin(bottom, y[j] + missing / 2);
			}
}
