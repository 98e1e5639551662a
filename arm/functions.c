/* SPDX-License-Identifier: Apache-2.0 */
#include "arm/functions.h"

#include <stdlib.h>
#include <strings.h>

/* Sorted by name, without case. */
static const struct function template_functions[] = {
	{"add", 2, 2}, {"and", 2, FUNCTION_ANY}, {"array", 1, 1}, {"base64", 1, 1}, {"base64ToJson", 1, 1}, {"base64ToString", 1, 1},
	{"bool", 1, 1}, {"cidrHost", 2, 2}, {"cidrSubnet", 3, 3}, {"coalesce", 1, FUNCTION_ANY}, {"concat", 1, FUNCTION_ANY},
	{"contains", 2, 2}, {"copyIndex", 0, 2}, {"createArray", 0, FUNCTION_ANY}, {"createObject", 0, FUNCTION_ANY}, {"dataUri", 1, 1},
	{"dataUriToString", 1, 1}, {"dateTimeAdd", 2, 3}, {"dateTimeFromEpoch", 1, 1}, {"dateTimeToEpoch", 1, 1}, {"deployer", 0, 0},
	{"deployment", 0, 0}, {"div", 2, 2}, {"empty", 1, 1}, {"endsWith", 2, 2}, {"environment", 0, 0}, {"equals", 2, 2},
	{"extensionResourceId", 3, FUNCTION_ANY}, {"fail", 1, 1}, {"false", 0, 0}, {"filter", 2, 2}, {"first", 1, 1}, {"float", 1, 1},
	{"format", 1, FUNCTION_ANY}, {"greater", 2, 2}, {"greaterOrEquals", 2, 2}, {"groupBy", 2, 2}, {"guid", 1, FUNCTION_ANY}, {"if", 3, 3},
	{"indexFromEnd", 2, 2}, {"indexOf", 2, 2}, {"int", 1, 1}, {"intersection", 2, FUNCTION_ANY}, {"items", 1, 1}, {"join", 2, 2},
	{"json", 1, 1}, {"lambda", 1, FUNCTION_ANY}, {"lambdaVariables", 1, 1}, {"last", 1, 1}, {"lastIndexOf", 2, 2}, {"length", 1, 1},
	{"less", 2, 2}, {"lessOrEquals", 2, 2}, {"managementGroup", 0, 0}, {"managementGroupResourceId", 2, FUNCTION_ANY}, {"map", 2, 2},
	{"mapValues", 2, 2}, {"max", 1, FUNCTION_ANY}, {"min", 1, FUNCTION_ANY}, {"mod", 2, 2}, {"mul", 2, 2}, {"newGuid", 0, 0},
	{"not", 1, 1}, {"null", 0, 0}, {"objectKeys", 1, 1}, {"or", 2, FUNCTION_ANY}, {"padLeft", 2, 3}, {"parameters", 1, 1},
	{"parseCidr", 1, 1}, {"pickZones", 3, 5}, {"providers", 1, 2}, {"range", 2, 2}, {"reduce", 3, 3}, {"reference", 1, 3},
	{"references", 1, 2}, {"replace", 3, 3}, {"resourceGroup", 0, 0}, {"resourceId", 1, FUNCTION_ANY}, {"shallowMerge", 1, 1},
	{"skip", 2, 2}, {"sort", 2, 2}, {"split", 2, 2}, {"startsWith", 2, 2}, {"string", 1, 1}, {"sub", 2, 2}, {"subscription", 0, 0},
	{"subscriptionResourceId", 2, FUNCTION_ANY}, {"substring", 2, 3}, {"take", 2, 2}, {"tenant", 0, 0},
	{"tenantResourceId", 2, FUNCTION_ANY}, {"toLogicalZone", 3, 3}, {"toLogicalZones", 3, 3}, {"toLower", 1, 1}, {"toObject", 2, 3},
	{"toPhysicalZone", 3, 3}, {"toPhysicalZones", 3, 3}, {"toUpper", 1, 1}, {"trim", 1, 1}, {"true", 0, 0}, {"tryGet", 2, FUNCTION_ANY},
	{"tryIndexFromEnd", 2, 2}, {"union", 1, FUNCTION_ANY}, {"uniqueString", 1, FUNCTION_ANY}, {"uri", 2, 2}, {"uriComponent", 1, 1},
	{"uriComponentToString", 1, 1}, {"utcNow", 0, 1}, {"variables", 1, 1},
};

static const struct function form_functions[] = {
	{"add", 2, 2}, {"addHours", 2, 2}, {"addMinutes", 2, 2}, {"addSeconds", 2, 2}, {"and", 2, FUNCTION_ANY}, {"basics", 1, 1},
	{"bool", 1, 1}, {"ceil", 1, 1}, {"coalesce", 1, FUNCTION_ANY}, {"concat", 1, FUNCTION_ANY}, {"contains", 2, 2},
	{"decodeBase64", 1, 2}, {"decodeUriComponent", 1, 1}, {"distinct", 1, 1}, {"div", 2, 2}, {"empty", 1, 1}, {"encodeBase64", 1, 2},
	{"encodeUriComponent", 1, 1}, {"endsWith", 2, 2}, {"equals", 2, 2}, {"filter", 2, 2}, {"first", 1, 1}, {"flatten", 1, 1},
	{"float", 1, 1}, {"floor", 1, 1}, {"greater", 2, 2}, {"greaterOrEquals", 2, 2}, {"guid", 0, 0}, {"if", 3, 3}, {"indexOf", 2, 2},
	{"int", 1, 1}, {"join", 2, 2}, {"last", 1, 1}, {"lastIndexOf", 2, 2}, {"length", 1, 1}, {"less", 2, 2}, {"lessOrEquals", 2, 2},
	{"location", 0, 0}, {"map", 2, 2}, {"max", 1, FUNCTION_ANY}, {"min", 1, FUNCTION_ANY}, {"mod", 2, 2}, {"mul", 2, 2}, {"not", 1, 1},
	{"or", 2, FUNCTION_ANY}, {"parse", 1, 1}, {"rand", 2, 2}, {"range", 2, 2}, {"replace", 3, 3}, {"resourceGroup", 0, 0},
	{"skip", 2, 2}, {"split", 2, 2}, {"startsWith", 2, 2}, {"steps", 1, 1}, {"string", 1, 1}, {"sub", 2, 2}, {"subscription", 0, 0},
	{"substring", 2, 3}, {"take", 2, 2}, {"toLower", 1, 1}, {"toUpper", 1, 1}, {"utcNow", 0, 1},
};

static int function_compare(const void *left, const void *right)
{
	return strcasecmp(((const struct function *)left)->name, ((const struct function *)right)->name);
}

static const struct function *functions_of(bool form, size_t *count)
{
	*count = form ? sizeof(form_functions) / sizeof(*form_functions) : sizeof(template_functions) / sizeof(*template_functions);
	return form ? form_functions : template_functions;
}

const struct function *function_find(const char *name, bool form)
{
	const struct function wanted = {.name = name};
	size_t count;
	const struct function *list = functions_of(form, &count);

	return bsearch(&wanted, list, count, sizeof(wanted), function_compare);
}

bool functions_sorted(bool form)
{
	size_t count;
	const struct function *list = functions_of(form, &count);

	for (size_t i = 1; i < count; i++)
		if (function_compare(&list[i - 1], &list[i]) >= 0)
			return false;
	return true;
}
