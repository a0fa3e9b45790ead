import Testing

@Suite("Filters that encode")
struct EncodingFilterTests {
  @Test(
    "markup",
    arguments: [
      Specification(
        "escape", #"{{ "<a href='x'>&" | escape }}"#, "&lt;a href=&#39;x&#39;&gt;&amp;"),
      Specification("h is escape", "{{ '<' | h }}", "&lt;"),
      Specification("escape of nothing", "{{ missing | escape | default: 'nil' }}", "nil"),
      Specification("escape of a number", "{{ 1 | escape }}", "1"),
      Specification(
        "escape_once", "{{ '&lt;<&amp;&#39;&x' | escape_once }}", "&lt;&lt;&amp;&#39;&amp;x"),
    ])
  func markup(_ specification: Specification) throws { try specification.check() }

  @Test(
    "URLs and base64",
    arguments: [
      Specification("url_encode", "{{ 'a b&ä/~-_.' | url_encode }}", "a+b%26%C3%A4%2F~-_."),
      Specification("url_decode", "{{ 'a+b%26%C3%A4%zz' | url_decode }}", "a b&ä%zz"),
      Specification("url filters of nothing", "{{ missing | url_encode | default: 'nil' }}", "nil"),
      Specification("base64", "{{ 'aä' | base64_encode }} {{ 'YcOk' | base64_decode }}", "YcOk aä"),
      Specification(
        "base64 of URLs",
        "{{ '??>' | base64_url_safe_encode }} {{ 'Pz8-' | base64_url_safe_decode }}", "Pz8- ??>"),
      Specification(
        "base64 of bytes that are no text", "{{ '/w==' | base64_decode | base64_encode }}", "/w=="),
    ])
  func urls(_ specification: Specification) throws { try specification.check() }

  @Test(
    "default",
    arguments: [
      Specification(
        "nil, false and empty",
        "{{ missing | default: 1 }}{{ false | default: 2 }}{{ '' | default: 3 }}{{ e | default: 4 }}",
        "1234", #"{"e":[]}"#),
      Specification(
        "zero and blank are values", "{{ 0 | default: 1 }}{{ ' ' | default: 2 | append: '.' }}",
        "0 ."),
      Specification("allow_false", "{{ false | default: 1, allow_false: true }}", "false"),
      Specification("nothing to stand in", "{{ missing | default }}", ""),
    ])
  func defaults(_ specification: Specification) throws { try specification.check() }
}
