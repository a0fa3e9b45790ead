import Liquid
import Testing

@Suite("Texts of errors")
struct ErrorTextTests {
  /// The whole text of the error of a template, parsed by strict2.
  static func text(_ template: String, _ data: String = "{}", mode: ParserMode = .strict2) -> String
  {
    do {
      return "no error: \(try render(template, data, mode: mode))"
    } catch let error as LiquidError {
      return error.fullMessage
    } catch {
      return "\(error)"
    }
  }

  @Test(
    "tags that are not written as they should be",
    arguments: [
      ("{% assign = 1 %}", "Syntax Error in 'assign' - Valid syntax: assign [var] = [source]"),
      ("{% capture %}{% endcapture %}", "Syntax Error in 'capture' - Valid syntax: capture [var]"),
      (
        "{% cycle %}",
        "Syntax Error in 'cycle' - Valid syntax: cycle [name :] var [, var2, var3 ...] in \"\""
      ),
      ("{% for a b %}{% endfor %}", "For loops require an 'in' clause in \"a b\""),
      (
        "{% for a in b max: 3 %}{% endfor %}",
        "Invalid attribute in for loop. Valid attributes are limit and offset in \"a in b max: 3\""
      ),
      (
        "{% tablerow a in b x: 1 %}{% endtablerow %}",
        "Invalid attribute 'x' in tablerow loop. Valid attributes are cols, limit, offset, and range in \"a in b x: 1\""
      ),
      (
        "{% # a\n b %}",
        "Syntax error in tag '#' - Each line of comments must be prefixed by the '#' character"
      ),
      ("{% raw x %}{% endraw %}", "Syntax Error in 'raw' - Valid syntax: raw"),
      ("{% doc x %}{% enddoc %}", "Syntax Error in 'doc' - Valid syntax: {% doc %}{% enddoc %}"),
      ("{% doc %}{% doc %}{% enddoc %}", "Syntax Error in 'doc' - Nested doc tags are not allowed"),
      (
        "{% case 1 %}{% else x %}{% endcase %}",
        "Syntax Error in tag 'case' - Valid else condition: {% else %} (no parameters) "
      ),
      ("{% if 1 %}", "'if' tag was never closed"),
      ("{% if 1 %}{% endfor %}", "'endfor' is not a valid delimiter for if tags. use endif"),
      ("{% endif %}", "Unknown tag 'endif'"),
      ("{% else %}", "Unexpected outer 'else' tag"),
      ("{% capture a %}{% else %}{% endcapture %}", "capture tag does not expect 'else' tag"),
      ("{% nonsense %}", "Unknown tag 'nonsense'"),
      ("{% liquid\nendif %}", "'endif' is not a valid delimiter for liquid tags. use %}"),
      ("{% if 1 ", "Tag '{%' was not properly terminated with regexp: /\\%\\}/"),
      ("{{ a", "Variable '{{' was not properly terminated with regexp: /\\}\\}/"),
      ("{{ a } b", "Variable '{{ a }' was not properly terminated with regexp: /\\}\\}/"),
    ])
  func tags(template: String, message: String) {
    let line = template.contains("\nendif") ? 2 : 1
    #expect(Self.text(template) == "Liquid syntax error (line \(line)): \(message)")
  }

  @Test(
    "expressions that are none",
    arguments: [
      ("{{ a b }}", "Expected end_of_string but found id in \"{{ a b }}\""),
      ("{{ a | }}", "Expected id but found end_of_string in \"{{ a | }}\""),
      ("{{ a.1 }}", "Expected id but found number in \"{{ a.1 }}\""),
      ("{{ a[1 }}", "Expected close_square but found end_of_string in \"{{ a[1 }}\""),
      ("{{ (1..2 }}", "Expected close_round but found end_of_string in \"{{ (1..2 }}\""),
      ("{{ & }}", "Unexpected character & in \"{{ & }}\""),
      ("{{ 'a }}", "Unexpected character ' in \"{{ 'a }}\""),
      ("{{ | a }}", "[:pipe, \"|\"] is not a valid expression in \"{{ | a }}\""),
      ("{{ a | b: , }}", "[:comma, \",\"] is not a valid expression in \"{{ a | b: , }}\""),
      ("{% if %}{% endif %}", "[:end_of_string] is not a valid expression in \"\""),
      (
        "{{ ['a'] }}",
        "Bare bracket access is not allowed. Use self['...'] instead in \"{{ ['a'] }}\""
      ),
      ("{% assign x = a or b %}", "Expected end_of_string but found id in \"{{a or b }}\""),
      (
        "{{ (false..true) }}",
        "Invalid expression type 'false' in range expression in \"{{ (false..true) }}\""
      ),
      (
        "{{ ((1..2)..3) }}",
        "Invalid expression type '(1..2)' in range expression in \"{{ ((1..2)..3) }}\""
      ),
      ("{{ a = b }}", "Unexpected character = in \"{{ a = b }}\""),
    ])
  func expressions(template: String, message: String) {
    #expect(Self.text(template) == "Liquid syntax error (line 1): \(message)")
  }

  @Test(
    "errors of rendering",
    arguments: [
      ("{{ 1 | divided_by: 0 }}", "divided by 0"),
      ("{{ 1 | modulo: 0 }}", "divided by 0"),
      ("{{ 1.0 | divided_by: 0 | round }}", "Computation results in 'Infinity'"),
      ("{{ 0.0 | divided_by: 0 | ceil }}", "Computation results in 'NaN' (Not a Number)"),
      ("{{ 1 | plus }}", "wrong number of arguments (given 1, expected 2)"),
      ("{{ 'a' | replace }}", "wrong number of arguments (given 1, expected 2..3)"),
      ("{{ 'a' | upcase: 1 }}", "wrong number of arguments (given 2, expected 1)"),
      (
        "{{ 'a' | append: x: 1, y: 2 | append: 1, 2 }}",
        "wrong number of arguments (given 3, expected 2)"
      ),
      ("{% if 1 < 'a' %}{% endif %}x", "comparison of Integer with String failed"),
      ("{% if 'a' < 1 %}{% endif %}x", "comparison of String with 1 failed"),
      ("{% if 'a' < n %}x{% endif %}", "comparison of String with Integer failed"),
      ("{% if 1.5 < 'a' %}x{% endif %}", "comparison of Float with String failed"),
      ("{{ a | sort }}", "cannot sort values of incompatible types"),
      ("{{ b | map: 'x' }}", "cannot select the property 'x'"),
      ("{{ 'a' | slice: 'x' }}", "invalid integer"),
      ("{{ 'abc' | truncate: 'x' }}", "invalid integer"),
      ("{% for i in b limit: 'x' %}{% endfor %}", "invalid integer"),
      ("{% tablerow i in b cols: true %}x{% endtablerow %}", "invalid integer"),
      ("{{ 'a' | concat: 'b' }}", "concat filter requires an array argument"),
      ("{{ '%ff' | url_decode }}", "invalid byte sequence in UTF-8"),
      ("{{ 'a' | base64_decode }}", "invalid base64 provided to base64_decode"),
      ("{{ '*' | base64_url_safe_decode }}", "invalid base64 provided to base64_url_safe_decode"),
      ("{{ '2024-01-01' | date: '%Y%' }}", "invalid format: %Y%"),
      ("{% increment s %}", "internal"),
    ])
  func rendering(template: String, message: String) {
    let data = #"{"a":[1,"b"],"b":[1,2],"n":123456789012345678901234567890,"s":"text"}"#
    #expect(Self.text(template, data) == "Liquid error (line 1): \(message)")
  }

  @Test("the classes of errors are those of the reference")
  func classes() {
    for (template, name) in [
      ("{% if %}", "SyntaxError"), ("{{ 1 | divided_by: 0 }}", "ZeroDivisionError"),
      ("{{ 1.0 | divided_by: 0 | ceil }}", "FloatDomainError"), ("{{ 1 | plus }}", "ArgumentError"),
      ("{% include 'a' %}", "FileSystemError"), ("{% increment s %}", "InternalError"),
    ] {
      let error = #expect(throws: LiquidError.self) { try render(template, #"{"s":"a"}"#) }
      #expect(error?.className == "Liquid::\(name)")
    }
  }

  @Test(
    "the line is that of the reference",
    arguments: [
      ("a\n\n{{ 1 | divided_by: 0 }}", 3), ("{{ 1\n | divided_by: 0 }}", 1),
      ("{%\n\n if %}{% endif %}", 3), ("{% if 1 %}\n\n{% nonsense %}{% endif %}", 3),
      ("{%\nnonsense %}", 2), ("{% if 1 %}\n\n", 3), ("\n{% raw %}\n\n", 2),
      ("\n{% comment %}\n\n", 2), ("\n{% doc %}\n\n", 2),
      ("{% if 1 %}\n{% elsif %}\n{% endif %}", 1), ("{% liquid\n\n echo 1 | nope: \n echo | %}", 4),
      ("{{ a }}\n{{ b | }}", 2),
      ("{% for i in (1..2) %}\n{% if i < 'a' %}{% endif %}{% endfor %}", 2),
    ])
  func lines(template: String, line: Int) {
    let error = #expect(throws: LiquidError.self) { try render(template) }
    #expect(error?.line == line, "\(template)")
  }

  @Test(
    "printed in the page, an error ends only its node",
    arguments: [
      Specification(
        "an output", "a{{ 1 | divided_by: 0 }}b", "aLiquid error (line 1): divided by 0b"),
      Specification(
        "a condition", "a{% if 1 < 'a' %}x{% endif %}b",
        "aLiquid error (line 1): comparison of Integer with String failedb"),
      Specification(
        "the rest of a loop goes on", "{% for i in (1..2) %}{{ 1 | modulo: 0 }};{% endfor %}",
        "Liquid error (line 1): divided by 0;Liquid error (line 1): divided by 0;"),
      Specification(
        "a tag that prints nothing is silent", "a{% assign x = 1 | divided_by: 0 %}b{{ x }}", "ab"),
      Specification("a blank block is silent", "a{% if 1 < 'a' %} {% endif %}b", "ab"),
      Specification(
        "a loop that cannot begin", "{% for i in (1..2) limit: 'x' %}{{ i }}{% endfor %}b",
        "Liquid error (line 1): invalid integerb"),
    ])
  func inline(_ specification: Specification) throws { try specification.check(inlineErrors: true) }
}
