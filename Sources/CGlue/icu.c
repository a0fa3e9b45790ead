// ICU: its symbols carry a version suffix by macro, so only C can call them. Text is UTF-8 on this
// side; every function returns the length of its answer, or -1 where ICU refuses or it does not fit.
#include "CGlue.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ucol.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uldnames.h>
#include <unicode/unorm2.h>
#include <unicode/unum.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

enum { SMALL = 256 };

static int32_t to_utf8(const UChar *text, int32_t length, UErrorCode status, char *out,
                       int32_t capacity) {
  int32_t written = 0;
  if (U_FAILURE(status))
    return -1;
  u_strToUTF8(out, capacity, &written, text, length, &status);
  return U_FAILURE(status) ? -1 : written;
}

int32_t glue_icu_number(const char *locale, const char *currency, const char *decimal,
                        int32_t fraction_digits, char *out, int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  UChar code[8], text[SMALL];
  UNumberFormat *format =
      unum_open(currency ? UNUM_CURRENCY : UNUM_DECIMAL, NULL, 0, locale, NULL, &status);
  if (currency) {
    u_uastrncpy(code, currency, 7);
    unum_setTextAttribute(format, UNUM_CURRENCY_CODE, code, -1, &status);
  }
  unum_setAttribute(format, UNUM_FRACTION_DIGITS, fraction_digits);
  // -2: as few digits before the first separator as the language wants ("1234" but "12 345").
  unum_setAttribute(format, UNUM_MINIMUM_GROUPING_DIGITS, -2);
  int32_t length =
      unum_formatDecimal(format, decimal, (int32_t)strlen(decimal), text, SMALL, NULL, &status);
  unum_close(format);
  return to_utf8(text, length, status, out, capacity);
}

int32_t glue_icu_plural(const char *locale, int64_t number, char *out, int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  UChar text[SMALL];
  UPluralRules *rules = uplrules_open(locale, &status);
  int32_t length = uplrules_select(rules, (double)number, text, SMALL, &status);
  uplrules_close(rules);
  return to_utf8(text, length, status, out, capacity);
}

int32_t glue_icu_plurals(const char *locale, int32_t count, uint8_t *categories) {
  UErrorCode status = U_ZERO_ERROR;
  UChar text[SMALL];
  UPluralRules *rules = uplrules_open(locale, &status);
  int32_t number = 0;
  for (; number < count && U_SUCCESS(status); number++) {
    int32_t length = uplrules_select(rules, number, text, SMALL, &status);
    // zero, one, two, few, many, other: two letters tell them apart.
    UChar first = length > 0 ? text[0] : 'o', second = length > 1 ? text[1] : 't';
    categories[number] = first == 'z'   ? 0
                         : first == 't' ? 2
                         : first == 'f' ? 3
                         : first == 'm' ? 4
                                        : (second == 'n' ? 1 : 5);
  }
  uplrules_close(rules);
  return U_FAILURE(status) ? -1 : number;
}

int32_t glue_icu_date_pattern(const char *locale, int32_t style, char *out, int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  UChar text[SMALL];
  UDateFormat *format = udat_open(UDAT_NONE, style, locale, u"UTC", 3, NULL, 0, &status);
  int32_t length = udat_toPattern(format, 0, text, SMALL, &status);
  udat_close(format);
  return to_utf8(text, length, status, out, capacity);
}

int32_t glue_icu_skeleton_patterns(const char *locale, const char *const *skeletons, int32_t count,
                                   char *out, int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  UChar wanted[SMALL], text[SMALL];
  int32_t used = 0;
  // Opening one costs more than all that is asked of it.
  UDateTimePatternGenerator *patterns = udatpg_open(locale, &status);
  for (int32_t index = 0; index < count && used >= 0; index++) {
    u_uastrncpy(wanted, skeletons[index], SMALL - 1);
    int32_t length = udatpg_getBestPattern(patterns, wanted, -1, text, SMALL, &status);
    int32_t written = to_utf8(text, length, status, out + used, capacity - used);
    used = written < 0 || used + written + 1 > capacity ? -1 : used + written;
    if (used >= 0) out[used++] = '\n';
  }
  udatpg_close(patterns);
  return used;
}

int32_t glue_icu_date_names(const char *locale, int32_t kind, char *out, int32_t capacity) {
  static const UDateFormatSymbolType kinds[] = {
      UDAT_MONTHS, UDAT_SHORT_MONTHS, UDAT_STANDALONE_MONTHS, UDAT_STANDALONE_SHORT_MONTHS,
      UDAT_WEEKDAYS, UDAT_SHORT_WEEKDAYS, UDAT_AM_PMS, UDAT_ERAS};
  UErrorCode status = U_ZERO_ERROR;
  UChar text[SMALL];
  int32_t used = 0;
  UDateFormat *format = udat_open(UDAT_NONE, UDAT_LONG, locale, u"UTC", 3, NULL, 0, &status);
  int32_t count = U_FAILURE(status) ? 0 : udat_countSymbols(format, kinds[kind]);
  for (int32_t index = 0; index < count && used >= 0; index++) {
    int32_t length = udat_getSymbols(format, kinds[kind], index, text, SMALL, &status);
    int32_t written = to_utf8(text, length, status, out + used, capacity - used);
    used = written < 0 || used + written + 1 > capacity ? -1 : used + written;
    if (used >= 0)
      out[used++] = '\n';
  }
  udat_close(format);
  return U_FAILURE(status) ? -1 : used;
}

int32_t glue_icu_zone(const char *identifier, int64_t from, int64_t until, int64_t *starts,
                      int32_t *offsets, int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  UChar name[SMALL], canonical[SMALL];
  UBool is_system = 0;
  u_uastrncpy(name, identifier, SMALL - 1);
  name[SMALL - 1] = 0;
  ucal_getCanonicalTimeZoneID(name, -1, canonical, SMALL, &is_system, &status);
  UCalendar *calendar = ucal_open(name, -1, "en_US", UCAL_GREGORIAN, &status);
  int32_t count = 0;
  UDate at = (UDate)from * 1000;
  while (U_SUCCESS(status) && is_system && count < capacity && at < (UDate)until * 1000) {
    ucal_setMillis(calendar, at, &status);
    starts[count] = (int64_t)(at / 1000);
    offsets[count++] = (ucal_get(calendar, UCAL_ZONE_OFFSET, &status) +
                        ucal_get(calendar, UCAL_DST_OFFSET, &status)) / 1000;
    if (!ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_NEXT, &at, &status))
      break;
  }
  ucal_close(calendar);
  return U_FAILURE(status) || !is_system ? -1 : count;
}

int32_t glue_icu_display_name(const char *locale, const char *language, const char *region,
                              char *out, int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  UChar text[SMALL];
  UDisplayContext context[] = {UDISPCTX_STANDARD_NAMES,
                               UDISPCTX_CAPITALIZATION_FOR_UI_LIST_OR_MENU};
  ULocaleDisplayNames *names = uldn_openForContext(locale, context, 2, &status);
  int32_t length = language ? uldn_localeDisplayName(names, language, text, SMALL, &status)
                            : uldn_regionDisplayName(names, region, text, SMALL, &status);
  uldn_close(names);
  return to_utf8(text, length, status, out, capacity);
}

int32_t glue_icu_normalize(int32_t form, const char *text, int32_t length, char *out,
                           int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *normalizer = form == 0   ? unorm2_getNFCInstance(&status)
                                   : form == 1 ? unorm2_getNFDInstance(&status)
                                               : unorm2_getNFKCCasefoldInstance(&status);
  // No code point of one UTF-8 byte or more becomes more than eighteen UTF-16 units (NFKC).
  int32_t wide = length * 18 + 1, used = 0;
  UChar *source = malloc(sizeof(UChar) * (size_t)(length + 1));
  UChar *target = malloc(sizeof(UChar) * (size_t)wide);
  int32_t result = -1;
  if (source && target) {
    u_strFromUTF8WithSub(source, length + 1, &used, text, length, 0xFFFD, NULL, &status);
    int32_t count = unorm2_normalize(normalizer, source, used, target, wide, &status);
    result = to_utf8(target, count, status, out, capacity);
  }
  free(source);
  free(target);
  return result;
}

void *glue_icu_collator_open(const char *locale) {
  UErrorCode status = U_ZERO_ERROR;
  UCollator *collator = ucol_open(locale, &status);
  return U_FAILURE(status) ? NULL : collator;
}

void glue_icu_collator_close(void *collator) { ucol_close(collator); }
int32_t glue_icu_sort_key(const void *collator, const uint16_t *text, int32_t length,
                          uint8_t *out, int32_t capacity) {
  return ucol_getSortKey(collator, text, length, out, capacity);
}
