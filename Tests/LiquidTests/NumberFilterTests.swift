import Testing

@Suite("Filters of numbers")
struct NumberFilterTests {
  @Test(
    "sums and products",
    arguments: [
      Specification(
        "whole numbers stay whole", "{{ 7 | plus: 3 }}{{ 7 | minus: 3 }}{{ 7 | times: 3 }}", "10421"
      ),
      Specification(
        "decimals are exact", "{{ 0.1 | plus: 0.2 }} {{ 10.1 | minus: 2.2 }} {{ 1.1 | times: 3 }}",
        "0.3 7.9 3.3"),
      Specification("texts of numbers count", "{{ '3' | plus: '4.5' }}", "7.5"),
      Specification(
        "the digits that begin a text count", "{{ '12abc' | plus: 1 }}{{ 'x' | plus: 1 }}", "131"),
      Specification("nothing counts as 0", "{{ missing | plus: 2 }}", "2"),
      Specification(
        "lists and truth count as 0", "{{ a | plus: 2 }}{{ true | plus: 2 }}", "22", #"{"a":[5]}"#),
      Specification("a number with a fraction stays one", "{{ 2.0 | times: 3 }}", "6.0"),
      Specification(
        "beyond 64 bits",
        "{{ 9223372036854775807 | plus: 1 }} {{ 99999999999 | times: 99999999999 }}",
        "9223372036854775808 9999999999800000000001"),
      Specification(
        "back into 64 bits", "{{ 9223372036854775808 | minus: 1 | divided_by: 10 }}",
        "922337203685477580"),
      Specification("negative zero", "{{ -0.5 | times: 0 }}", "-0.0"),
    ])
  func sums(_ specification: Specification) throws { try specification.check() }

  @Test(
    "quotients",
    arguments: [
      Specification(
        "whole numbers divide down", "{{ 5 | divided_by: 3 }} {{ -5 | divided_by: 3 }}", "1 -2"),
      Specification(
        "a decimal divides to a decimal", "{{ 10 | divided_by: 4.0 }} {{ 7.0 | divided_by: 2 }}",
        "2.5 3.5"),
      Specification("a third", "{{ 1.0 | divided_by: 3 }}", "0.3333333333333333"),
      Specification(
        "a decimal by zero is infinite",
        "{{ 1.0 | divided_by: 0 }} {{ -1 | divided_by: 0.0 }} {{ 0.0 | divided_by: 0 }}",
        "Infinity -Infinity NaN"),
      Specification(
        "modulo has the sign of the divisor",
        "{{ -7 | modulo: 3 }} {{ 7 | modulo: -3 }} {{ 7.5 | modulo: 2 }}", "2 -2 1.5"),
      Specification(
        "big numbers divide", "{{ 123456789012345678901234567890 | divided_by: 1000000007 }}",
        "123456788148148161864"),
    ])
  func quotients(_ specification: Specification) throws { try specification.check() }

  @Test(
    "rounding and bounds",
    arguments: [
      Specification(
        "round to whole numbers", "{{ 2.5 | round }} {{ -2.5 | round }} {{ 2.4 | round }}", "3 -3 2"
      ),
      Specification(
        "round to digits", "{{ 1.005 | round: 2 }} {{ 3.14159 | round: 3 }}", "1.01 3.142"),
      Specification(
        "round to tens", "{{ 1250 | round: -2 }} {{ 1250.0 | round: -2 }}", "1300 1300"),
      Specification("round by a text", "{{ 3.14159 | round: '2' }}", "3.14"),
      Specification(
        "ceil and floor", "{{ 1.2 | ceil }} {{ -1.2 | ceil }} {{ 1.8 | floor }} {{ -1.2 | floor }}",
        "2 -1 1 -2"),
      Specification("ceil of a text", "{{ '1.2' | ceil }}", "2"),
      Specification("abs", "{{ -3 | abs }} {{ -3.5 | abs }} {{ '-7' | abs }}", "3 3.5 7"),
      Specification(
        "what is not a number has no order", "{{ 0.0 | divided_by: 0 | at_least: 3 }}", "NaN"),
      Specification(
        "at_least and at_most",
        "{{ 3 | at_least: 5 }} {{ 3 | at_most: 2 }} {{ 3 | at_least: 1 }} {{ '4' | at_most: 3.5 }}",
        "5 2 3 3.5"),
    ])
  func rounding(_ specification: Specification) throws { try specification.check() }

  @Test(
    "printing",
    arguments: [
      Specification(
        "small and large numbers take an exponent",
        "{{ 0.0001 }} {{ 0.00001 }} {{ 123456789012345.0 }} {{ 1234567890123456.0 }} {{ 1234567890.5 }}",
        "0.0001 1.0e-05 123456789012345.0 1.234567890123456e+15 1234567890.5"),
      Specification(
        "digits of the data are kept", "{{ n }}", "0.12345678901234567890123",
        #"{"n":0.12345678901234567890123}"#),
      Specification(
        "big whole numbers of the data are kept", "{{ n }} {{ n | plus: 1 }}",
        "123456789012345678901234567890 123456789012345678901234567891",
        #"{"n":123456789012345678901234567890}"#),
      Specification(
        "an exponent in the data", "{{ n }} {{ m }}", "100.0 1.0e-07", #"{"n":1e2,"m":1E-7}"#),
      Specification("negative zero is not zero", "{{ 0.0 }} {{ -0.0 }}", "0.0 -0.0"),
      Specification(
        "size of numbers", "{{ 5 | size }} {{ 5.5 | size }} {{ n | size }}", "8 0 13",
        #"{"n":123456789012345678901234567890}"#),
    ])
  func printing(_ specification: Specification) throws { try specification.check() }
}
