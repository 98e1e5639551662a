/* SPDX-License-Identifier: Apache-2.0 */
/*
 * svg.h - drawings of numbers as inline SVG: axes with ticks, lines, bands, bars, marks and labels.
 *
 * Invariants
 *   - Colours are classes; the page's style says what they are, in light and in dark.
 *   - Positions are floats printed with one decimal, so the same numbers give the same bytes.
 */
#ifndef OFFERS_SVG_H
#define OFFERS_SVG_H

#include "core/buffer.h"

enum { SVG_WIDTH = 640, SVG_LEFT = 64, SVG_RIGHT = 96, SVG_TOP = 16, SVG_BOTTOM = 40, SVG_TEXT = 32 };

/* From numbers to positions: [least, most] lies on [from, to]. */
struct svg_axis {
	double least, most, step;
	double from, to;
};

struct svg {
	struct buffer *buffer;
	int height;
	struct svg_axis x, y;
};

/* An axis that has all from least to most, with ends on ticks; about `ticks` of them. */
struct svg_axis svg_axis_make(double least, double most, int ticks, double from, double to);
double svg_at(const struct svg_axis *axis, double value);

/* A drawing of this height, with the usual margins; title: what it shows, for those who do not see it. */
struct svg svg_open(struct buffer *buffer, int height, const char *title);
void svg_close(struct svg *svg);

/* Sets an axis on the drawing's own margins. */
void svg_x(struct svg *svg, double least, double most);
void svg_y(struct svg *svg, double least, double most);

/* Lines and numbers of an axis; label: at its end. */
void svg_x_ticks(struct svg *svg, const char *label);
void svg_y_ticks(struct svg *svg, const char *label);

/* Points of a line or of a band; x and y as numbers. */
void svg_line(struct svg *svg, const char *class, const double *x, const double *y, size_t count);
void svg_band(struct svg *svg, const char *class, const double *x, const double *low, const double *high, size_t count);
void svg_mark(struct svg *svg, const char *class, double x, double y, double radius);

/* In positions, not numbers. */
void svg_bar(struct svg *svg, const char *class, double x, double y, double width, double height);
void svg_text(struct svg *svg, const char *class, double x, double y, const char *text);

/* "1.5k", "20M": a number of an axis. */
const char *svg_number(double value, char text[static SVG_TEXT]);

/* Moves labels apart that are closer than `apart`, keeping their order; from top to bottom within [top, bottom]. */
void svg_spread(double *y, size_t count, double apart, double top, double bottom);

#endif
