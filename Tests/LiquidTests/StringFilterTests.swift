import Testing

@Suite("Filters of text")
struct StringFilterTests {
  @Test(
    "join and case",
    arguments: [
      Specification("append", "{{ 'a' | append: 'b' }}", "ab"),
      Specification("append of a number", "{{ 1 | append: 2.5 }}", "12.5"),
      Specification("append of nothing", "{{ 'a' | append: missing }}", "a"),
      Specification("prepend", "{{ 'a' | prepend: 'b' }}", "ba"),
      Specification("upcase", "{{ 'aß' | upcase }}", "ASS"),
      Specification("downcase", "{{ 'ÀB' | downcase }}", "àb"),
      Specification(
        "capitalize makes the rest small", "{{ 'hELLO World' | capitalize }}", "Hello world"),
      Specification("capitalize of a letter that is two", "{{ 'ßa' | capitalize }}", "Ssa"),
      Specification("case of nothing", "{{ missing | upcase }}", ""),
    ])
  func joining(_ specification: Specification) throws { try specification.check() }

  @Test(
    "space",
    arguments: [
      Specification("strip", "{{ ' \n\ta ' | strip }}", "a"),
      Specification("strip leaves a hard space", "{{ 'a ' | strip }}", "a "),
      Specification("lstrip", "{{ ' a ' | lstrip | append: '|' }}", "a |"),
      Specification("rstrip", "{{ ' a ' | rstrip | append: '|' }}", " a|"),
      Specification("squish", "{{ '  a \n b\t c ' | squish }}", "a b c"),
      Specification("squish of nothing", "{{ missing | squish | default: 'nil' }}", "nil"),
      Specification(
        "strip_newlines", "{{ s | strip_newlines }}", "abc", "{\"s\":\"a\\r\\nb\\nc\"}"),
      Specification(
        "strip_newlines leaves a lone return", "{{ s | strip_newlines | size }}", "3",
        "{\"s\":\"a\\rb\"}"),
      Specification(
        "newline_to_br", "{{ s | newline_to_br }}", "a<br />\nb<br />\nc",
        "{\"s\":\"a\\r\\nb\\nc\"}"),
    ])
  func trimming(_ specification: Specification) throws { try specification.check() }

  @Test(
    "replace and remove",
    arguments: [
      Specification("replace", "{{ 'a-b-c' | replace: '-', '+' }}", "a+b+c"),
      Specification("replace without a replacement", "{{ 'a-b' | replace: '-' }}", "ab"),
      Specification(
        "replace of nothing stands everywhere", "{{ 'ab' | replace: '', '.' }}", ".a.b."),
      Specification(
        "replace by what is replaced", "{{ 'abc' | replace: 'b', '<\\0\\&>' }}", "a<bb>c"),
      Specification("replace by a backslash", "{{ 'abc' | replace: 'b', '\\\\' }}", "a\\c"),
      Specification(
        "replace by what stands before and behind", "{{ 'abc' | replace: 'b', \"\\`\\'\" }}", "aacc"
      ),
      Specification("replace of numbers", "{{ 1212 | replace: 1, 3 }}", "3232"),
      Specification("replace_first", "{{ 'aa' | replace_first: 'a', 'b' }}", "ba"),
      Specification("replace_last", "{{ 'aa' | replace_last: 'a', 'b' }}", "ab"),
      Specification(
        "replace_last takes backslashes as they are", "{{ 'aa' | replace_last: 'a', '\\0' }}",
        "a\\0"),
      Specification("replace_last of nothing", "{{ 'ab' | replace_last: '', 'c' }}", "abc"),
      Specification("remove", "{{ 'abab' | remove: 'a' }}", "bb"),
      Specification("remove_first", "{{ 'abab' | remove_first: 'b' }}", "aab"),
      Specification("remove_last", "{{ 'abab' | remove_last: 'b' }}", "aba"),
      Specification("remove of what is not there", "{{ 'a' | remove_last: 'x' }}", "a"),
    ])
  func replacing(_ specification: Specification) throws { try specification.check() }

  @Test(
    "cut and split",
    arguments: [
      Specification("truncate counts the ellipsis", "{{ '1234567890' | truncate: 7 }}", "1234..."),
      Specification(
        "truncate leaves a text of that length", "{{ '1234567' | truncate: 7 }}", "1234567"),
      Specification(
        "truncate to 50", "{{ s | truncate }}",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...",
        #"{"s":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#),
      Specification("truncate with its own end", "{{ '1234567890' | truncate: 5, '!' }}", "1234!"),
      Specification("truncate to less than the end", "{{ '1234' | truncate: 1 }}", "..."),
      Specification("truncate counts characters", "{{ '日本語テキスト' | truncate: 5 }}", "日本..."),
      Specification("truncate of a number", "{{ 12345678 | truncate: 5 }}", "12..."),
      Specification("truncate of nothing", "{{ missing | truncate: 2 }}", ""),
      Specification("truncate by a text", "{{ '1234567890' | truncate: '7' }}", "1234..."),
      Specification("truncatewords", "{{ 'a b c d' | truncatewords: 2 }}", "a b..."),
      Specification(
        "truncatewords leaves a text of as many", "{{ 'a  b' | truncatewords: 2 }}", "a  b"),
      Specification(
        "truncatewords with its own end", "{{ 'a b c' | truncatewords: 1, ' …' }}", "a …"),
      Specification("truncatewords of less than one", "{{ 'a b' | truncatewords: 0 }}", "a..."),
      Specification(
        "space behind the last word counts", "{{ 'a b ' | truncatewords: 2 }}", "a b..."),
      Specification("slice", "{{ 'hello' | slice: 1 }}", "e"),
      Specification("slice of a length", "{{ 'hello' | slice: 1, 3 }}", "ell"),
      Specification("slice from the end", "{{ 'hello' | slice: -3, 2 }}", "ll"),
      Specification("slice beyond", "{{ 'hello' | slice: 9, 2 }}", ""),
      Specification(
        "slice of a list", "{{ a | slice: 1, 2 | join: '-' }}", "2-3", #"{"a":[1,2,3]}"#),
      Specification("slice counts characters", "{{ 'äöü' | slice: 1, 1 }}", "ö"),
      Specification("slice by texts", "{{ 'hello' | slice: '1', '2' }}", "el"),
      Specification(
        "slice of a great length", "{{ 'hello' | slice: 1, 99999999999999999999 }}", "ello"),
      Specification("split", "{{ 'a,b,,c' | split: ',' | join: '|' }}", "a|b||c"),
      Specification(
        "split drops what is empty at the end", "{{ 'a,b,,' | split: ',' | size }}", "2"),
      Specification(
        "split by a space takes all white space", "{{ ' a  b\nc' | split: ' ' | join: '|' }}",
        "a|b|c"),
      Specification("split in characters", "{{ 'aäb' | split: '' | join: '|' }}", "a|ä|b"),
      Specification("split of nothing", "{{ missing | split: ',' | size }}", "0"),
      Specification("split by a number", "{{ 'a1b' | split: 1 | join: '|' }}", "a|b"),
      Specification(
        "strip_html", "{{ '<p>a</p><!-- x --><script>y</script><style>z</style>b' | strip_html }}",
        "ab"),
      Specification(
        "strip_html leaves a tag that does not end", "{{ 'a <b' | strip_html }}", "a <b"),
      Specification("size counts characters", "{{ 'aäb' | size }}", "3"),
      Specification("first and last of a text", "{{ 'abc' | first }}{{ 'abc' | last }}", "ac"),
      Specification("first and last by dots", "{{ s.first }}{{ s.last }}", "éz", #"{"s":"éyz"}"#),
      Specification("first of an empty text", "[{{ s | first }}]", "[]", #"{"s":""}"#),
    ])
  func cutting(_ specification: Specification) throws { try specification.check() }
}
