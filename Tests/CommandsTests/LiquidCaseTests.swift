import Testing

@testable import Commands

@Suite("Cases of templates, one a line")
struct LiquidCaseTests {
  static func answer(_ line: String) -> String { LiquidCase.answer(Array(line.utf8)[...]) }

  @Test(
    "a case is answered by its output",
    arguments: [
      (#"{"id":1,"template":"a{{ x }}","data":{"x":2}}"#, #"{"id":1,"output":"a2"}"#),
      (#"{"template":"a"}"#, #"{"id":null,"output":"a"}"#),
      (#"{"id":"x","template":""}"#, #"{"id":"x","output":""}"#),
      (#"{"id":{"a":[1,null]},"template":"a"}"#, #"{"id":{"a":[1,null]},"output":"a"}"#),
      (
        #"{"id":1,"template":"a","data":null,"partials":null,"now":null}"#,
        #"{"id":1,"output":"a"}"#
      ),
      (#"{"id":1,"template":"a","name":"said of the case","tags":[]}"#, #"{"id":1,"output":"a"}"#),
      (
        #"{"id":1,"template":"{% for p in h %}{{ p[0] }}{% endfor %}","data":{"h":{"z":1,"a":2}}}"#,
        #"{"id":1,"output":"za"}"#
      ),
      (#"{"id":1,"template":"\"\\\n\u0001é😀"}"#, #"{"id":1,"output":"\"\\\n\u0001é😀"}"#),
    ])
  func outputs(line: String, expected: String) { #expect(Self.answer(line) == expected) }

  @Test(
    "numbers of the data keep their digits",
    arguments: [
      ("123456789012345678901234567890", "123456789012345678901234567890"),
      ("-9223372036854775809", "-9223372036854775809"),
      ("0.12345678901234567890123", "0.12345678901234567890123"),
      ("1.10", "1.1"), ("2.0", "2.0"), ("1e3", "1000.0"), ("-0.0", "-0.0"), ("0.1", "0.1"),
      ("100.00000000000000000000", "100.0"),
    ])
  func numbers(digits: String, expected: String) {
    #expect(
      Self.answer(#"{"id":1,"template":"{{ n }}","data":{"n":\#(digits)}}"#)
        == #"{"id":1,"output":"\#(expected)"}"#)
  }

  @Test("the clock stands still where that is asked for")
  func now() {
    let template = #""template":"{{ 'now' | date: '%F %T %Z' }}""#
    #expect(
      Self.answer(#"{"id":1,\#(template),"now":"2026-12-01T09:00:00Z"}"#)
        == #"{"id":1,"output":"2026-12-01 09:00:00 UTC"}"#)
    #expect(
      Self.answer(#"{"id":1,\#(template),"now":"2026-12-01T09:00:00+02:00"}"#)
        == #"{"id":1,"output":"2026-12-01 07:00:00 UTC"}"#)
  }

  @Test(
    "the mode is strict2 unless said otherwise",
    arguments: [("strict2", false), ("strict", false), ("lax", true)])
  func modes(mode: String, isForgiven: Bool) {
    let answer = Self.answer(#"{"id":1,"template":"{{ 1 2 }}","mode":"\#(mode)"}"#)
    #expect(answer.contains("output") == isForgiven)
    let plain = Self.answer(#"{"id":1,"template":"{{ 1 2 }}"}"#)
    #expect(plain.contains("\"phase\":\"parse\""))
  }

  @Test(
    "partials are found whatever their case and with or without .liquid",
    arguments: ["card", "CARD", "Card.liquid", "card.LIQUID"])
  func partials(name: String) {
    let answer = Self.answer(
      #"{"id":1,"template":"{% render '\#(name)' %}","partials":{"Card.liquid":"x"}}"#)
    #expect(answer == #"{"id":1,"output":"x"}"#)
  }

  @Test(
    "an error has the reference's text, a phase and a place",
    arguments: [
      (
        #"{"id":1,"template":"a\n {% if %}"}"#,
        #"{"id":1,"error":{"phase":"parse","message":"Liquid::SyntaxError: Liquid syntax error (line 2): [:end_of_string] is not a valid expression in \"\"","line":2,"column":2}}"#
      ),
      (
        #"{"id":1,"template":"{{ 1 | divided_by: 0 }}"}"#,
        #"{"id":1,"error":{"phase":"render","message":"Liquid::ZeroDivisionError: Liquid error (line 1): divided by 0","line":1,"column":1}}"#
      ),
      (
        #"{"id":1,"template":"{% render 'p' %}","partials":{"p":"\n{{ a | }}"}}"#,
        #"{"id":1,"error":{"phase":"render","message":"Liquid::SyntaxError: Liquid syntax error (p line 2): Expected id but found end_of_string in \"{{ a | }}\"","line":2,"column":1}}"#
      ),
      (
        #"{"id":1,"template":"{% include 'p' %}"}"#,
        #"{"id":1,"error":{"phase":"render","message":"Liquid::FileSystemError: Liquid error (line 1): No such template 'p'","line":1,"column":1}}"#
      ),
      (
        #"{"id":1,"template":"a{{ 1 | divided_by: 0 }}","inline_errors":true}"#,
        #"{"id":1,"output":"aLiquid error (line 1): divided by 0"}"#
      ),
      (
        #"{"id":1,"template":"{% if %}","inline_errors":true}"#,
        #"{"id":1,"error":{"phase":"parse","message":"Liquid::SyntaxError: Liquid syntax error (line 1): [:end_of_string] is not a valid expression in \"\"","line":1,"column":1}}"#
      ),
    ])
  func errors(line: String, expected: String) { #expect(Self.answer(line) == expected) }

  @Test(
    "a line that is no case is answered as such",
    arguments: [
      "", "x", "[]", "{}", "5", #"{"id":1}"#, #"{"id":1,"template":5}"#,
      #"{"id":1,"template":"a","data":[]}"#, #"{"id":1,"template":"a","mode":"odd"}"#,
      #"{"id":1,"template":"a","partials":{"p":1}}"#, #"{"id":1,"template":"a","partials":[]}"#,
      #"{"id":1,"template":"a","now":"soon"}"#, #"{"id":1,"template":"a","inline_errors":1}"#,
      #"{"id":1,"id":2,"template":"a"}"#, #"{"id":1,"template":"a"} x"#,
      #"{"id":1,"template":"\ud800"}"#,
    ])
  func badLines(line: String) {
    let answer = Self.answer(line)
    #expect(answer.hasPrefix(#"{"id":null,"error":{"phase":"input","message":""#), "\(answer)")
    #expect(!answer.contains("\n"))
  }

  @Test("undefined variables, unknown filters and markup are as the reference treats them")
  func reference() {
    #expect(
      Self.answer(#"{"id":1,"template":"[{{ nope.x }}{{ '<' | nope }}]"}"#)
        == #"{"id":1,"output":"[<]"}"#)
  }

  @Test("large templates, data and outputs")
  func large() {
    let text = String(repeating: "a", count: 1 << 20)
    #expect(Self.answer(#"{"id":1,"template":"\#(text)"}"#).utf8.count == text.utf8.count + 20)
    #expect(
      Self.answer(#"{"id":1,"template":"{{ t | size }}","data":{"t":"\#(text)"}}"#)
        == #"{"id":1,"output":"1048576"}"#)
    let loop = "{% for i in (1..100000) %}0123456789{% endfor %}"
    #expect(Self.answer(#"{"id":1,"template":"\#(loop)"}"#).utf8.count == 1_000_020)
  }
}
