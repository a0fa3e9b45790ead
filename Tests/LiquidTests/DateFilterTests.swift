import Testing

@Suite("Dates")
struct DateFilterTests {
  @Test(
    "directives",
    arguments: [
      Specification(
        "year", "{{ '2024-02-29 13:05:09' | date: '%Y %C %y %G %g' }}", "2024 20 24 2024 24"),
      Specification(
        "month", "{{ '2024-02-29 13:05:09' | date: '%m %B %b %h' }}", "02 February Feb Feb"),
      Specification("day", "{{ '2024-02-29 13:05:09' | date: '%d %e %j' }}", "29 29 060"),
      Specification(
        "weekday", "{{ '2024-02-29 13:05:09' | date: '%A %a %u %w' }}", "Thursday Thu 4 4"),
      Specification("week", "{{ '2024-02-29 13:05:09' | date: '%U %W %V' }}", "08 09 09"),
      Specification(
        "time", "{{ '2024-02-29 13:05:09' | date: '%H %k %I %l %M %S %p %P' }}",
        "13 13 01  1 05 09 PM pm"),
      Specification(
        "fraction", "{{ '2024-02-29 13:05:09' | date: '%L %N %3N %6N' }}",
        "000 000000000 000 000000"),
      Specification(
        "zone", "{{ '2024-02-29 13:05:09' | date: '%z %:z %::z %Z' }}", "+0000 +00:00 +00:00:00 UTC"
      ),
      Specification("seconds", "{{ '2024-02-29 13:05:09' | date: '%s' }}", "1709211909"),
      Specification(
        "combined", "{{ '2024-02-29 13:05:09' | date: '%F|%T|%D|%R|%r|%c|%x|%X|%v' }}",
        "2024-02-29|13:05:09|02/29/24|13:05|01:05:09 PM|Thu Feb 29 13:05:09 2024|02/29/24|13:05:09|29-FEB-2024"
      ),
      Specification("signs", "{{ '2024-02-29 13:05:09' | date: '%%%n%t|' }}", "%\n\t|"),
    ])
  func directives(_ specification: Specification) throws { try specification.check() }

  @Test(
    "flags and widths",
    arguments: [
      Specification(
        "no padding", "{{ '2024-02-29 13:05:09' | date: '%-d %-m %-H %-I %-M' }}", "29 2 13 1 5"),
      Specification("spaces", "{{ '2024-02-29 13:05:09' | date: '%_m %_5d' }}", " 2    29"),
      Specification("zeros", "{{ '2024-02-29 13:05:09' | date: '%03d %010Y' }}", "029 0000002024"),
      Specification(
        "capitals", "{{ '2024-02-29 13:05:09' | date: '%^a %^B %#p %#a' }}", "THU FEBRUARY pm THU"),
      Specification(
        "width", "{{ '2024-02-29 13:05:09' | date: '%10A|%-10A|%3e' }}", "  Thursday|Thursday| 29"),
      Specification(
        "width of combined", "{{ '2024-02-29 13:05:09' | date: '%12F|%012D' }}",
        "  2024-02-29|000002/29/24"),
      Specification(
        "width of a zone", "{{ '2024-02-29 13:05:09' | date: '%10z %_8z' }}", "+000000000     +000"),
      Specification(
        "E and O", "{{ '2024-02-29 13:05:09' | date: '%Ey %Od %EA %Oz' }}", "24 29 %EA %Oz"),
      Specification(
        "what is not known stands for itself", "{{ '2024-02-29 13:05:09' | date: '%Q %i %:d %+' }}",
        "%Q %i %:d %+"),
    ])
  func flags(_ specification: Specification) throws { try specification.check() }

  @Test(
    "forms of dates",
    arguments: [
      Specification("ISO", "{{ '2024-02-29T13:05:09Z' | date: '%F %T' }}", "2024-02-29 13:05:09"),
      Specification(
        "ISO with an offset", "{{ '2024-02-29T13:05:09+02:00' | date: '%F %T' }}",
        "2024-02-29 13:05:09"),
      Specification(
        "compact ISO", "{{ '20240229T130509' | date: '%F %T' }}", "2024-02-29 13:05:09"),
      Specification(
        "day, month, year", "{{ '29 February 2024' | date: '%F %T' }}", "2024-02-29 00:00:00"),
      Specification(
        "month, day, year", "{{ 'Feb 29, 2024' | date: '%F %T' }}", "2024-02-29 00:00:00"),
      Specification(
        "mail", "{{ 'Thu, 29 Feb 2024 13:05:09 GMT' | date: '%F %T' }}", "2024-02-29 13:05:09"),
      Specification("C", "{{ 'Thu Feb 29 13:05:09 2024' | date: '%F %T' }}", "2024-02-29 13:05:09"),
      Specification("slashes", "{{ '2024/2/9' | date: '%F %T' }}", "2024-02-09 00:00:00"),
      Specification("dots", "{{ '29.02.2024' | date: '%F %T' }}", "2024-02-29 00:00:00"),
      Specification("short year", "{{ 'May 1 99' | date: '%F %T' }}", "1999-05-01 00:00:00"),
      Specification(
        "ordinal", "{{ '3rd Feb 2001 04:05:06 PM' | date: '%F %T' }}", "2001-02-03 16:05:06"),
      Specification(
        "twelve hours", "{{ '2024-02-29 5pm' | date: '%F %T' }}", "2024-02-29 17:00:00"),
      Specification(
        "midnight at the end", "{{ '2024-02-29T24:00:00' | date: '%F %T' }}", "2024-03-01 00:00:00"),
      Specification("a day too many", "{{ '2024-02-30' | date: '%F %T' }}", "2024-03-01 00:00:00"),
      Specification("day of the year", "{{ '2024-060' | date: '%F %T' }}", "2024-02-29 00:00:00"),
      Specification("Japanese era", "{{ 'H13.02.03' | date: '%F %T' }}", "2001-02-03 00:00:00"),
      Specification(
        "hyphens and a name", "{{ '29-feb-2024' | date: '%F %T' }}", "2024-02-29 00:00:00"),
      Specification(
        "seconds since 1970", "{{ '1709211909' | date: '%F %T' }}", "2024-02-29 13:05:09"),
      Specification("time alone is today", "{{ '10:30' | date: '%F %T' }}", "2027-01-15 10:30:00"),
      Specification("month alone", "{{ 'March' | date: '%F %T' }}", "2027-03-01 00:00:00"),
      Specification("now", "{{ 'now' | date: '%F %T' }}", "2027-01-15 08:00:00"),
      Specification("today", "{{ 'TODAY' | date: '%F %T' }}", "2027-01-15 08:00:00"),
    ])
  func forms(_ specification: Specification) throws { try specification.check() }

  @Test(
    "what is no date",
    arguments: [
      Specification(
        "other text passes through",
        "{{ 'garbage' | date: '%Y' }}{{ 'Friday' | date: '%Y' }}{{ '2024-13-01' | date: '%Y' }}",
        "garbageFriday2024-13-01"),
      Specification(
        "no pattern", "{{ '2024-01-01' | date: '' }}{{ '2024-01-01' | date: missing }}",
        "2024-01-012024-01-01"),
      Specification("nothing", "{{ missing | date: '%Y' }}", ""),
      Specification(
        "whole numbers are seconds", "{{ 0 | date: '%Y' }}{{ -86400 | date: ' %F' }}",
        "1970 1969-12-31"),
      Specification(
        "other values pass through", "{{ 1.5 | date: '%Y' }}{{ true | date: '%Y' }}", "1.5true"),
      Specification(
        "offsets are shown", "{{ '2024-02-29 13:05:09 -0500' | date: '%z %s' }}", "-0500 1709229909"
      ),
      Specification("names of zones", "{{ '2024-02-29 13:05 EST' | date: '%z|%Z|' }}", "-0500||"),
    ])
  func odd(_ specification: Specification) throws { try specification.check() }
}
