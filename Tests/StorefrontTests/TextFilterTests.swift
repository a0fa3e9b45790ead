import Diagnostics
import Storefront
import Testing

@Suite("Filters of words and dates")
struct TextFilterTests {
  @Test(
    "handles, cases, numbers of things and weights",
    arguments: [
      Row("{{ 'Carré d’été (90 cm)' | handleize }}", "carre-dete-90-cm"),
      Row("{{ '100% M & Ms!!!' | handle }}", "100-m-ms"),
      Row("{{ 'variable-name' | camelize }}", "VariableName"),
      Row("{{ 1 | pluralize: 'item', 'items' }}", "item"),
      Row("{{ 0 | pluralize: 'item', 'items' }}", "items"),
      Row("{{ 2 | pluralize: 'item', 'items' }}", "items"),
      Row("{{ 250 | weight_with_unit }}", "0.25 kg"),
      Row("{{ 1000 | weight_with_unit }}", "1 kg"),
      Row("{{ 1200 | weight_with_unit: 'g' }}", "1200 g"),
      Row("{{ 1000 | weight_with_unit: 'lb' }}", "2.205 lb"),
      Row("{{ 1000 | weight_with_unit: 'oz' }}", "35.274 oz"),
      Row("{{ nil | weight_with_unit }}", ""),
      Row(
        "{{ 'red silk, red' | highlight: 'red' }}",
        "<strong class=\"highlight\">red</strong> silk, <strong class=\"highlight\">red</strong>"),
      Row("{{ 'red' | highlight: '' }}", "red"),
      Row("{{ 'silk' | highlight_active_tag }}", "silk"),
      Row(
        "{% assign current_tags = 'silk,gift' | split: ',' %}{{ 'silk' | highlight_active_tag }}",
        "<span class=\"active\">silk</span>"),
      Row(
        "{% assign current_tags = 'a&b' | split: ',' %}{{ 'a&b' | highlight_active_tag: 'on' }}",
        "<span class=\"on\">a&amp;b</span>"),
    ])
  func words(_ row: Row) throws {
    #expect(try Stage().render(row.template) == row.output)
  }

  static let wordList = """
    {"cart":{"hello":"Hello {{ name }}","hello_html":"<b>Hello {{ name }}</b>","ask":"A & B <c>",
    "count":{"zero":"nothing","one":"one piece","other":"{{ count }} pieces"},
    "count_html":{"one":"<i>{{ count }}</i> piece","other":"<i>{{ count }}</i> pieces"}}}
    """

  @Test(
    "translations with values, plurals and markup",
    arguments: [
      Row("{{ 'cart.hello' | t: name: 'Ada' }}", "Hello Ada"),
      Row("{{ 'cart.hello' | translate: name: '<i>' }}", "Hello &lt;i&gt;"),
      Row("{{ 'cart.hello' | t }}", "Hello "),
      Row("{{ 'cart.hello_html' | t: name: 'A & B' }}", "<b>Hello A &amp; B</b>"),
      Row("{{ 'cart.ask' | t }}", "A &amp; B &lt;c&gt;"),
      Row("{{ 'cart.count' | t: count: 0 }}", "nothing"),
      Row("{{ 'cart.count' | t: count: 1 }}", "one piece"),
      Row("{{ 'cart.count' | t: count: 21 }}", "21 pieces"),
      Row("{{ 'cart.count_html' | t: count: 0 }}", "<i>0</i> pieces"),
      Row("{{ 'cart.count_html' | t: count: 1 }}", "<i>1</i> piece"),
      Row("{{ 'cart.other' | t }}", "From the other language"),
    ])
  func translations(_ row: Row) throws {
    let stage = Stage(
      words: Self.wordList, fallbackWords: "{\"cart\":{\"other\":\"From the other language\"}}")
    #expect(try stage.render(row.template) == row.output)
  }

  @Test("French has no plural for nought but says so where a theme does")
  func french() throws {
    let words = "{\"n\":{\"one\":\"{{ count }} pièce\",\"other\":\"{{ count }} pièces\"}}"
    let stage = Stage(locale: "fr", words: words)
    #expect(
      try stage.render("{{ 'n' | t: count: 0 }}, {{ 'n' | t: count: 2 }}") == "0 pièce, 2 pièces")
  }

  @Test("a missing text is printed as such and warned of with the likeliest key")
  func missingWords() throws {
    let result = try Stage(words: Self.wordList).run("{{ 'cart.helo' | t }}")
    #expect(result.output == "translation missing: en.cart.helo")
    #expect(result.warnings.map(\.code) == ["theme.missing-words"])
    #expect(result.warnings.first?.help == "did you mean `cart.hello`?")
  }

  @Test(
    "dates by name, by pattern and as an element",
    arguments: [
      Row("{{ '2026-01-05' | date: '%d.%m.%Y' }}", "05.01.2026"),
      Row("{{ '2026-01-05' | date: format: 'date' }}", "January 5, 2026"),
      Row("{{ '2026-01-05' | date: format: 'abbreviated_date' }}", "Jan 5, 2026"),
      Row("{{ '2026-01-05' | date: format: 'basic' }}", "1/5/26"),
      Row("{{ '2026-01-05' | date: format: 'full_date' }}", "Monday, January 5, 2026"),
      Row("{{ '2026-01-05T23:30:00Z' | date: format: 'date' }}", "January 6, 2026"),
      Row(
        "{{ '2026-01-05' | time_tag }}", "<time datetime=\"2026-01-05\">January 5, 2026</time>"),
      Row(
        "{{ '2026-01-05' | time_tag: '%Y' }}", "<time datetime=\"2026-01-05\">2026</time>"),
      Row(
        "{{ '2026-01-05T10:00:00.123456Z' | time_tag: format: 'abbreviated_date', class: 'x' }}",
        "<time datetime=\"2026-01-05T10:00:00Z\" class=\"x\">Jan 5, 2026</time>"),
      Row("{{ nil | time_tag }}", ""),
      Row("{{ 'soon' | time_tag }}", "soon"),
    ])
  func dates(_ row: Row) throws {
    #expect(try Stage().render(row.template) == row.output)
  }
}
