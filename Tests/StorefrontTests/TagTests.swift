import Diagnostics
import Liquid
import Storefront
import Testing

@Suite("Tags of themes")
struct TagTests {
  static let hero = """
    <h2>{{ section.settings.title }}</h2>{% for block in section.blocks %}[{{ block.type }} \
    {{ block.settings.text }}]{% endfor %}
    {% schema %}
    {
      "name": "Hero",
      "settings": [
        {"type": "header", "content": "Words"},
        {"type": "text", "id": "title", "default": "Hello"},
        {"type": "range", "id": "columns", "min": 1, "max": 4, "step": 1, "default": 2},
        {"type": "checkbox", "id": "wide", "default": false},
        {"type": "select", "id": "tone", "options": [{"value": "light"}, {"value": "dark"}],
         "default": "light"},
        {"type": "collection", "id": "shelf"}
      ],
      "blocks": [{"type": "line", "settings": [{"type": "text", "id": "text", "default": "x"}]}],
      "default": {"blocks": [{"type": "line"}, {"type": "line", "settings": {"text": "y"}}]}
    }
    {% endschema %}
    """

  @Test("a section sees its settings' defaults, its preset and the site, not the page's variables")
  func section() throws {
    let stage = Stage(
      templates: [
        "sections/hero": Self.hero, "sections/outer": "{{ shop.name }}{{ mine | default: '-' }}",
        "sections/plain": "{{ section.id }}{{ section.blocks.size }}{{ section.settings | json }}",
      ])
    #expect(try stage.render("{% section 'hero' %}").hasPrefix("<h2>Hello</h2>[line x][line y]"))
    #expect(try stage.render("{% assign mine = 1 %}{% section 'outer' %}") == "House-")
    #expect(try stage.render("{% section 'plain' %}") == "plain0{}")
  }

  @Test("a merchant's settings fill a section and the theme")
  func settings() throws {
    let stage = Stage(
      templates: ["sections/hero": Self.hero],
      files: [
        "config/settings_schema.json": """
        [{"name":"theme_info"},{"name":"Colours","settings":[
        {"type":"color","id":"ink","default":"#000000"},{"type":"text","id":"motto"}]}]
        """,
        "config/settings_data.json": """
        /* written by an editor */
        {"current":{"motto":"By hand","sections":{"hero":{"type":"hero","settings":{"title":"Ours"},
        "blocks":{"b":{"type":"line"},"a":{"type":"line","settings":{"text":"first"}}},
        "block_order":["a","b"]}}}}
        """,
      ])
    let result = try stage.run("{{ settings.ink }} {{ settings.motto }} {% section 'hero' %}")
    #expect(result.findings.map(\.message) == [])
    #expect(result.output.hasPrefix("#000000 By hand <h2>Ours</h2>[line first][line x]"))
  }

  @Test("a group renders its sections in order, but for those that are switched off")
  func group() throws {
    let stage = Stage(
      templates: [
        "sections/hero": Self.hero, "sections/bar": "({{ section.index }}{{ section.id }})",
      ],
      files: [
        "sections/top.json": """
        {"type":"header","name":"Top","sections":{"one":{"type":"bar"},
        "two":{"type":"bar","disabled":true},"three":{"type":"bar"}},"order":["three","two","one"]}
        """
      ])
    let result = try stage.run("{% sections 'top' %}")
    #expect(result.output == "(1three)(2one)" && result.findings.isEmpty)
    #expect(try stage.error("{% sections 'tip' %}") == "there is no group of sections 'tip'")
  }

  @Test("blocks have files of their own, with the section's settings of them or their own")
  func blocks() throws {
    let stage = Stage(
      templates: [
        "sections/list": """
        {% content_for 'blocks' %}{% content_for 'block', type: 'note', id: 'n', by: 'me' %}
        {% schema %}{"blocks":[{"type":"@theme"}],
        "default":{"blocks":[{"type":"note","settings":{"text":"first"}},{"type":"note"}]}}
        {% endschema %}
        """,
        "blocks/note": """
        <{{ block.id }} {{ block.settings.text }} {{ section.id }}{{ by | default: '' }}>\
        {% schema %}{"settings":[{"type":"text","id":"text","default":"usual"}]}{% endschema %}
        """,
      ])
    let output = try stage.render("{% section 'list' %}")
    #expect(
      output.replacing("\n", with: "").hasPrefix(
        "<block-1 first list><block-2 usual list><n usual listme>"))
    #expect(
      try stage.error("{% content_for 'slots' %}") == "content_for knows 'blocks' and 'block'")
  }

  @Test(
    "what is wrong with a schema is told with file, line and column",
    arguments: [
      (
        "{\"settings\":[\n {\"type\":\"txt\",\"id\":\"a\"}]}",
        "there are no settings of type `txt`",
        2, 10
      ),
      ("{\"settings\":[\n\n {\"type\":\"text\"}]}", "a setting has no `id`", 3, 2),
      ("{\"settings\":[{\"id\":\"a\"}]}", "a setting has no `type`", 1, 26),
      ("{\"settings\":\n {}}", "settings must be a list", 2, 2),
      (
        "{\"settings\":[{\"type\":\"text\",\"id\":\"a\"},\n{\"type\":\"text\",\"id\":\"a\"}]}",
        "there are two settings `a`", 2, 21
      ),
      (
        "{\"settings\":[\n{\"type\":\"checkbox\",\"id\":\"a\",\n \"default\":\"yes\"}]}",
        "the default of `a` must be true or false", 3, 12
      ),
      (
        "{\"settings\":[\n{\"type\":\"range\",\"id\":\"a\",\"min\":1,\"max\":4,\"default\":9}]}",
        "the default of `a` must be from 1 to 4", 2, 52
      ),
      (
        "{\"settings\":[\n{\"type\":\"range\",\"id\":\"a\"}]}",
        "the setting `a` needs `min` and `max`",
        2, 1
      ),
      (
        "{\"settings\":[\n{\"type\":\"select\",\"id\":\"a\"}]}", "the setting `a` has no `options`",
        2, 1
      ),
      (
        "{\"settings\":[\n{\"type\":\"radio\",\"id\":\"a\",\"options\":[{\"value\":\"b\"}],\"default\":\"c\"}]}",
        "the default of `a` must be one of b", 2, 62
      ),
      ("{\"blocks\":[\n{\"name\":\"B\"}]}", "a block has no `type`", 2, 1),
      ("[\n]", "a schema must be an object", 1, 13),
    ])
  func schema(_ text: String, _ message: String, _ line: Int, _ column: Int) throws {
    let stage = Stage(templates: ["sections/a": "{% schema %}\(text){% endschema %}"])
    let findings = try stage.run("").findings
    let found = try #require(findings.first)
    #expect(findings.count == 1 && found.severity == .error)
    #expect(found.message == message)
    #expect(found.location?.file == "sections/a.html.liquid")
    #expect(found.location?.line == line && found.location?.column == column)
  }

  @Test("a schema that is no JSON is told where it breaks, a second schema where it begins")
  func brokenSchema() throws {
    let broken = Stage(templates: ["sections/a": "x\n{% schema %}\n{\"a\":1,\n}\n{% endschema %}"])
    let found = try #require(try broken.run("").findings.first)
    #expect(found.code == "theme.json" && found.location?.line == 4)
    #expect(found.location?.excerpt == "}")
    let twice = Stage(
      templates: ["sections/a": "{% schema %}{}{% endschema %}\n{% schema %}{}{% endschema %}"])
    let second = try #require(try twice.run("").findings.first)
    #expect(second.location?.line == 2)
  }

  @Test("what a merchant filled in is compared with the schema")
  func badValues() throws {
    let stage = Stage(
      templates: ["sections/hero": Self.hero],
      files: [
        "sections/top.json": """
        {"sections":{
        "a":{"type":"hero","settings":{
        "titel":"x",
        "columns":9,
        "tone":"loud",
        "wide":1},
        "blocks":{"b":{"type":"lime"},
        "c":{"type":"line","settings":{"txt":""}}},
        "block_order":["b","d"]},
        "z":{"type":"herro"}},
        "order":["a","z","y"]}
        """
      ])
    let found = try stage.run("").findings
    #expect(
      found.map { "\($0.location?.line ?? 0) \($0.message)" } == [
        "3 section `hero` has no setting `titel`",
        "4 `columns` of section `hero` must be from 1 to 4",
        "5 `tone` of section `hero` must be one of light, dark",
        "6 `wide` of section `hero` must be true or false",
        "7 section `hero` takes no blocks of type `lime`",
        "8 block `line` has no setting `txt`",
        "9 `block_order` names a block `d` that is not in `blocks`",
        "10 there is no section `herro`",
        "11 `order` names a section `y` that is not in `sections`",
      ])
    #expect(found.first?.help == "did you mean `title`?")
    #expect(found[7].help == "did you mean `hero`?")
  }

  @Test("stylesheet and javascript print nothing and are gathered once for the theme")
  func gathered() throws {
    let template =
      "a{% stylesheet %}b{c:d}{% endstylesheet %}{% javascript %}e(){% endjavascript %}"
    let stage = Stage(templates: ["sections/x": template, "sections/y": template])
    #expect(try stage.render("{% section 'x' %}{% section 'x' %}") == "aa")
    let set = TemplateSet(dialect: StorefrontDialect.make(), loader: MemoryLoader(["x": template]))
    let library = SectionLibrary(
      programs: ["x": try set.program(named: "x")], source: .init(), sink: DiagnosticSink())
    #expect(String(decoding: library.styles, as: UTF8.self) == "b{c:d}\n")
    #expect(String(decoding: library.scripts, as: UTF8.self) == "e()\n")
  }

  @Test("style makes an element, layout prints nothing")
  func small() throws {
    #expect(try Stage().render("{% style %}a{{ 1 }}{% endstyle %}") == "<style>a1</style>")
    let layout = Stage(templates: ["layouts/wide": ""])
    #expect(try layout.render("{% layout none %}{% layout 'wide' %}x") == "x")
  }

  @Test("paginate hands its body the page's place, and warns of another size than the plan's")
  func paginate() throws {
    let paging = Paging(page: 2, pageSize: 2, itemCount: 5) { "/c/page/\($0)/" }
    let stage = Stage(paging: paging)
    let body = """
      {{ paginate.current_page }}/{{ paginate.pages }} {{ paginate.items }} \
      {{ paginate.page_size }} {{ paginate.current_offset }} {{ paginate.previous.url }} \
      {{ paginate.next.title }} {{ paginate.parts | map: 'title' | join: ',' }}
      """
    #expect(
      try stage.render("{% paginate collections.silk by 2 %}\(body){% endpaginate %}")
        == "2/3 5 2 2 /c/page/1/ 3 1,2,3")
    let other = try stage.run("{% paginate collections.silk by 24 %}{% endpaginate %}")
    #expect(other.warnings.map(\.code) == ["theme.page-size"])
    #expect(
      try Stage().error("{% paginate collections.silk by 2 %}{% endpaginate %}")
        == "paginate works on the pages of a collection")
  }

  @Test("forms are sent to the address of the settings; without one they are an error")
  func forms() throws {
    let stage = Stage(forms: ["contact": "https://f.example/a?b&c"], hasProduct: true)
    #expect(
      try stage.render("{% form 'contact', class: 'f', id: 'me' %}{{ form.id }}{% endform %}")
        == "<form method=\"post\" action=\"https://f.example/a?b&amp;c\" accept-charset=\"UTF-8\" "
        + "class=\"f\" id=\"me\"><input type=\"hidden\" name=\"form_type\" value=\"contact\">"
        + "me</form>")
    let buy = Stage(forms: ["product": "https://f.example/buy"], hasProduct: true)
    #expect(
      try buy.render("{% form 'product', product %}{% endform %}").contains(
        "<input type=\"hidden\" name=\"product-id\" value=\"prd_1\">"))
    #expect(
      try Stage().error("{% form 'contact' %}{% endform %}")
        == "the form 'contact' has no address to be sent to")
    #expect(
      try Stage().error("{% form 'cart' %}{% endform %}") == "a static site has no form 'cart'")
  }

  @Test("what tags name and is not there is found before a page is rendered")
  func check() throws {
    let stage = Stage(
      templates: [
        "pages/a": "\n {% section 'heros' %}{% layout 'wyde' %}{% sections 'top' %}",
        "pages/b": "{% form 'cart' %}{% endform %}{% form 'contact' %}{% endform %}",
        "sections/hero": "", "layouts/wide": "",
      ])
    let found = try stage.run("").findings
    #expect(
      found.map { "\($0.code) \($0.location?.line ?? 0):\($0.location?.column ?? 0)" } == [
        "theme.section 2:2", "theme.layout 2:23", "theme.section 2:42", "theme.form 1:1",
        "theme.form 1:31",
      ])
    #expect(found[0].help == "did you mean 'sections/hero'?")
    #expect(found[1].help == "did you mean 'layouts/wide'?")
  }

  @Test("with escape by default, what filters and tags make is not escaped again")
  func escaping() throws {
    let stage = Stage(
      data: "{\"t\":\"<b>\",\"image\":{\"src\":\"/a.jpg\",\"alt\":\"\",\"width\":1,\"height\":1}}",
      words: "{\"a\":\"A & B\"}", escapes: true)
    #expect(try stage.render("{{ t }}{{ t | raw }}{{ t | escape }}") == "&lt;b&gt;<b>&lt;b&gt;")
    #expect(try stage.render("{{ 'a' | t }}") == "A &amp; B")
    #expect(try stage.render("{{ t | link_to: '/x' }}") == "<a href=\"/x\">&lt;b&gt;</a>")
    #expect(
      try stage.render("{{ image | image_tag }}")
        == "<img src=\"/a.jpg\" alt=\"\" width=\"1\" height=\"1\">")
    #expect(try stage.render("{{ t | json }}").lowercased() == "\"\\u003cb\\u003e\"")
  }
}
