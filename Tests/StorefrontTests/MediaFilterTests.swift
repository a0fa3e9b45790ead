import Diagnostics
import Liquid
import Storefront
import Testing

@Suite("Filters of files, pictures and films")
struct MediaFilterTests {
  static let assets = ["theme.css": "a{b:c}", "logo.svg": "<svg/>", "shop.js": "run()"]

  @Test(
    "files of the theme and their elements",
    arguments: [
      Row("{{ 'theme.css' | asset_url }}", "/assets/theme.1f2e.css"),
      Row("{{ 'logo.svg' | asset_img_url: 'small' }}", "/assets/logo.1f2e.svg"),
      Row("{{ 'logo.svg' | inline_asset_content }}", "<svg/>"),
      Row("{{ 'care.pdf' | file_url }}", "/media/care.pdf"),
      Row(
        "{{ 'theme.css' | asset_url | stylesheet_tag }}",
        "<link rel=\"stylesheet\" href=\"/assets/theme.1f2e.css\">"),
      Row(
        "{{ '/a.css' | stylesheet_tag: preload: true, media: 'print' }}",
        "<link rel=\"preload\" href=\"/a.css\" as=\"style\">"
          + "<link rel=\"stylesheet\" href=\"/a.css\" media=\"print\">"),
      Row(
        "{{ 'shop.js' | asset_url | script_tag }}",
        "<script src=\"/assets/shop.1f2e.js\" defer></script>"),
      Row(
        "{{ '/a.js' | script_tag: type: 'module', defer: false }}",
        "<script src=\"/a.js\" type=\"module\"></script>"),
      Row(
        "{{ '/a.js' | preload_tag: as: 'script' }}",
        "<link rel=\"preload\" href=\"/a.js\" as=\"script\">"),
      Row(
        "{{ '/f.woff2' | preload_tag: as: 'font', type: 'font/woff2' }}",
        "<link rel=\"preload\" href=\"/f.woff2\" as=\"font\" crossorigin type=\"font/woff2\">"),
    ])
  func files(_ row: Row) throws {
    #expect(try Stage(assets: Self.assets).render(row.template) == row.output)
  }

  @Test("a file that the theme lacks is warned of with the likeliest name")
  func missing() throws {
    let result = try Stage(assets: Self.assets).run("{{ 'theme.cs' | asset_url }}")
    #expect(result.warnings.map(\.code) == ["theme.missing-asset"])
    #expect(result.warnings.first?.help == "did you mean `theme.css`?")
  }

  static let image = """
    {"image":{"src":"/media/a.jpg","alt":"A & B","width":1600,"height":2000},
    "drawing":{"src":"/media/a.svg","alt":"","width":800,"height":800},
    "product":{"featured_image":{"src":"/media/p.jpg","alt":"P","width":400,"height":300}},
    "article":{"image":{"src":"/media/n.jpg","alt":"","width":null,"height":null}},"none":null}
    """

  @Test(
    "without a pattern pictures have one size and no srcset",
    arguments: [
      Row("{{ image | image_url: width: 400 }}", "/media/a.jpg"),
      Row("{{ product | image_url }}", "/media/p.jpg"),
      Row("{{ article | img_url: 'grande' }}", "/media/n.jpg"),
      Row("{{ none | image_url: width: 100 }}", ""),
      Row("{{ none | image_tag }}", ""),
      Row(
        "{{ image | image_url: width: 400 | image_tag: widths: '200, 400', sizes: '50vw', loading: 'lazy' }}",
        "<img src=\"/media/a.jpg\" alt=\"A &amp; B\" width=\"1600\" height=\"2000\" "
          + "loading=\"lazy\">"),
      Row("{{ article | image_tag }}", "<img src=\"/media/n.jpg\" alt=\"\">"),
      Row("{{ '/x.jpg' | image_tag: alt: 'X' }}", "<img src=\"/x.jpg\" alt=\"X\">"),
    ])
  func oneSize(_ row: Row) throws {
    #expect(try Stage(data: Self.image).render(row.template) == row.output)
  }

  @Test(
    "with a pattern addresses ask for sizes, never beyond the file's own",
    arguments: [
      Row("{{ image | image_url: width: 400 }}", "/media/a.jpg?w=400&h=500"),
      Row("{{ image | image_url: height: 500 }}", "/media/a.jpg?w=400&h=500"),
      Row("{{ image | image_url: width: 9000 | default: '' }}", ""),
      Row("{{ image | image_url: width: 5000 }}", "/media/a.jpg?w=1600&h=2000"),
      Row("{{ image | image_url: width: 300, height: 300 }}", "/media/a.jpg?w=240&h=300"),
      Row(
        "{{ image | image_url: width: 300, height: 300, crop: 'top' }}",
        "/media/a.jpg?w=300&h=300"),
      Row("{{ image | image_url }}", "/media/a.jpg"),
      Row("{{ drawing | image_url: width: 100 }}", "/media/a.svg"),
      Row("{{ image | img_url: '480x' }}", "/media/a.jpg?w=480&h=600"),
      Row("{{ image | img_url: 'x500' }}", "/media/a.jpg?w=400&h=500"),
      Row("{{ image | img_url }}", "/media/a.jpg?w=80&h=100"),
      Row("{{ image | img_url: 'master' }}", "/media/a.jpg"),
      Row(
        "{% assign u = image | image_url: width: 80 %}{{ u }} {{ u.width }}×{{ u.height }}",
        "/media/a.jpg?w=80&h=100 80×100"),
      Row("{{ image | image_url: width: 80 | append: '#x' }}", "/media/a.jpg?w=80&h=100#x"),
      Row("{{ image | image_url: width: 80 | json }}", "\"/media/a.jpg?w=80\\u0026h=100\""),
    ])
  func sizes(_ row: Row) throws {
    let stage = Stage(data: Self.image, imagePattern: "{url}?w={width}&h={height}")
    if row.template.contains("9000") {
      #expect(
        try stage.error(row.template)
          == "image_url: width must be a whole number from 1 to 5760")
    } else {
      #expect(try stage.render(row.template) == row.output)
    }
  }

  @Test(
    "with a pattern elements offer the widths that the file has",
    arguments: [
      Row(
        "{{ image | image_url: width: 900 | image_tag }}",
        "<img src=\"/c/900/media/a.jpg\" alt=\"A &amp; B\" srcset=\"/c/352/media/a.jpg 352w, "
          + "/c/832/media/a.jpg 832w, /c/900/media/a.jpg 900w\" width=\"900\" height=\"1125\">"),
      Row(
        "{{ image | image_tag: widths: '800,400, 3200', sizes: '50vw', alt: '', class: 'a\"b' }}",
        "<img src=\"/media/a.jpg\" alt=\"\" srcset=\"/c/400/media/a.jpg 400w, "
          + "/c/800/media/a.jpg 800w\" width=\"1600\" height=\"2000\" sizes=\"50vw\" "
          + "class=\"a&quot;b\">"),
      Row(
        "{{ product | image_tag: widths: '2000' }}",
        "<img src=\"/media/p.jpg\" alt=\"P\" srcset=\"/c/400/media/p.jpg 400w\" "
          + "width=\"400\" height=\"300\">"),
      Row(
        "{{ image | image_url: width: 100 | image_tag: width: 50, srcset: nil }}",
        "<img src=\"/c/100/media/a.jpg\" alt=\"A &amp; B\" width=\"50\">"),
      Row(
        "{{ drawing | image_url: width: 100 | image_tag: widths: '50' }}",
        "<img src=\"/media/a.svg\" alt=\"\" width=\"800\" height=\"800\">"),
      Row(
        "{{ image | image_url: width: 100 | image_tag: preload: true, sizes: '9em' }}",
        "<link rel=\"preload\" as=\"image\" href=\"/c/100/media/a.jpg\" "
          + "imagesrcset=\"/c/100/media/a.jpg 100w\" imagesizes=\"9em\">"
          + "<img src=\"/c/100/media/a.jpg\" alt=\"A &amp; B\" "
          + "srcset=\"/c/100/media/a.jpg 100w\" width=\"100\" height=\"125\" sizes=\"9em\">"),
      Row(
        "{{ image | image_url: width: 100 | img_tag: 'Own words' }}",
        "<img src=\"/c/100/media/a.jpg\" alt=\"Own words\" "
          + "srcset=\"/c/100/media/a.jpg 100w\" width=\"100\" height=\"125\">"),
    ])
  func sourceSets(_ row: Row) throws {
    let stage = Stage(data: Self.image, imagePattern: "/c/{width}{url}")
    #expect(try stage.render(row.template) == row.output)
  }

  @Test("a size without a meaning is an error")
  func badSizes() throws {
    let stage = Stage(data: Self.image, imagePattern: "{url}?w={width}")
    #expect(try stage.error("{{ image | img_url: 'huge' }}") == "img_url knows no size 'huge'")
    #expect(
      try stage.error("{{ image | image_tag: widths: 'wide' }}")
        == "image_tag: widths must be whole numbers with commas")
  }

  @Test("a pattern needs the address, a size and no unknown placeholder")
  func patterns() {
    #expect(ImagePattern("{url}?width={width}") != nil)
    #expect(ImagePattern("https://cdn.example/{width}x{height}/{crop}{url}") != nil)
    for text in ["", "{url}", "?w={width}", "{url}?w={wide}", "{url}?w={width"] {
      #expect(ImagePattern(text) == nil, "\(text)")
    }
  }

  static let films = """
    {"film":{"media_type":"video","alt":"It moves","width":640,"height":360,"preview_image":
    {"src":"/media/still.jpg"},"sources":[{"url":"/media/a.mp4","mime_type":"video/mp4"},
    {"url":"/media/a.webm","mime_type":"video/webm"}]},
    "tube":{"media_type":"external_video","host":"youtube","external_id":"abc","alt":"On air"},
    "vimeo":{"media_type":"external_video","host":"vimeo","external_id":"42","alt":""},
    "image":{"media_type":"image","src":"/media/a.jpg","alt":"","width":10,"height":10}}
    """

  static let player =
    "loading=\"lazy\" allow=\"encrypted-media; picture-in-picture\" allowfullscreen"
  static let film =
    "<video playsinline controls preload=\"metadata\" aria-label=\"It moves\" width=\"640\" "
    + "height=\"360\" poster=\"/media/still.jpg\"><source src=\"/media/a.mp4\" "
    + "type=\"video/mp4\"><source src=\"/media/a.webm\" type=\"video/webm\"></video>"

  @Test(
    "films",
    arguments: [
      Row("{{ film | video_tag }}", film),
      Row("{{ film | media_tag }}", film),
      Row(
        "{{ film | video_tag: autoplay: true, muted: true, controls: false, width: 100 }}",
        film.replacing(" controls", with: "").replacing("640", with: "100")
          .replacing("jpg\"", with: "jpg\" autoplay muted")),
      Row("{{ tube | external_video_url }}", "https://www.youtube-nocookie.com/embed/abc"),
      Row(
        "{{ tube | external_video_url: color: 'white', start: 3 }}",
        "https://www.youtube-nocookie.com/embed/abc?color=white&start=3"),
      Row("{{ vimeo | external_video_url }}", "https://player.vimeo.com/video/42"),
      Row(
        "{{ tube | media_tag }}",
        "<iframe src=\"https://www.youtube-nocookie.com/embed/abc\" title=\"On air\" \(player)>"
          + "</iframe>"),
      Row(
        "{{ tube | external_video_url: a: 1, b: 2 | external_video_tag: class: 'x' }}",
        "<iframe src=\"https://www.youtube-nocookie.com/embed/abc?a=1&amp;b=2\" \(player) "
          + "class=\"x\"></iframe>"),
      Row(
        "{{ image | media_tag: class: 'x' }}",
        "<img src=\"/media/a.jpg\" alt=\"\" width=\"10\" height=\"10\" class=\"x\">"),
      Row("{{ nil | media_tag }}{{ nil | video_tag }}{{ nil | external_video_tag }}", ""),
    ])
  func films(_ row: Row) throws {
    #expect(try Stage(data: Self.films).render(row.template) == row.output)
  }

  @Test("a picture is no film")
  func noFilm() throws {
    let stage = Stage(data: Self.films)
    #expect(try stage.error("{{ image | video_tag }}") == "video_tag needs a film")
    #expect(
      try stage.error("{{ film | external_video_url }}")
        == "external_video_url needs a film of youtube or vimeo")
  }

  @Test("a film is known for its host by its address")
  func hosts() {
    let known: [(String, String?)] = [
      ("https://www.youtube.com/watch?v=abc-1_2&t=3", "youtube abc-1_2"),
      ("https://youtu.be/abc?x=1", "youtube abc"),
      ("https://www.youtube.com/embed/abc", "youtube abc"), ("https://vimeo.com/42", "vimeo 42"),
      ("https://player.vimeo.com/video/42", "vimeo 42"), ("/media/a.mp4", nil),
      ("https://cdn.example/a.mp4", nil), ("https://youtu.be/a%22b", nil),
    ]
    for (address, expected) in known {
      let video = VideoView(source: address, alt: "", width: 0, height: 0)
      #expect(video.external.map { "\($0.host.rawValue) \($0.id)" } == expected, "\(address)")
    }
  }

  @Test("placeholders are drawings of our own", arguments: ["product-1", "collection-2", "image"])
  func placeholders(_ name: String) throws {
    let drawing = try Stage().render("{{ '\(name)' | placeholder_svg_tag: 'big' }}")
    #expect(drawing.hasPrefix("<svg class=\"big\" ") && drawing.hasSuffix("</svg>"))
    #expect(drawing.contains("currentColor"))
  }
}
