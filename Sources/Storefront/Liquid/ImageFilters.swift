import Bytes
import Liquid

/// Filters that write pictures and their addresses.
enum ImageFilters {
  static func add(to dialect: inout Dialect) {
    dialect.addFilter("image_url", arity: 0...0) { context, input, arguments throws(LiquidError) in
      try sized(input, size(of: arguments, &context), &context)
    }
    for name in ["img_url", "product_img_url", "collection_img_url"] {
      dialect.addFilter(name, arity: 0...1) { context, input, arguments throws(LiquidError) in
        let name = arguments.count > 0 ? context.string(of: arguments[0]) : "small"
        return try sized(input, namedSize(name, arguments, &context), &context)
      }
    }
    dialect.addFilter("image_tag", arity: 0...0) { context, input, arguments throws(LiquidError) in
      try imageTag(input, alt: nil, arguments, &context)
    }
    dialect.addFilter("img_tag", arity: 0...2) { context, input, arguments throws(LiquidError) in
      let alt = arguments.count > 0 ? context.string(of: arguments[0]) : nil
      return try imageTag(input, alt: alt, arguments, &context)
    }
  }

  private struct Size {
    var width: Int?
    var height: Int?
    var crop: String?
  }

  private enum Name {
    static let src = Symbols.shared.intern("src")
    static let alt = Symbols.shared.intern("alt")
    static let width = Symbols.shared.intern("width")
    static let height = Symbols.shared.intern("height")
    static let crop = Symbols.shared.intern("crop")
    static let widths = Symbols.shared.intern("widths")
    static let preload = Symbols.shared.intern("preload")
    static let featuredImage = Symbols.shared.intern("featured_image")
    static let image = Symbols.shared.intern("image")
    static let previewImage = Symbols.shared.intern("preview_image")
  }

  // MARK: Addresses

  private static func size(of arguments: Arguments, _ context: inout RenderContext)
    throws(LiquidError) -> Size
  {
    Size(
      width: try pixels(arguments.named(Name.width), "width", &context),
      height: try pixels(arguments.named(Name.height), "height", &context),
      crop: arguments.named(Name.crop).map { context.string(of: $0) })
  }

  private static func pixels(
    _ value: Value?, _ name: String, _ context: inout RenderContext
  ) throws(LiquidError) -> Int? {
    guard let value, !value.isNull else { return nil }
    guard let number = Int(context.string(of: value)), (1...SizedImage.limit).contains(number)
    else {
      throw LiquidError(
        .argument, "image_url: \(name) must be a whole number from 1 to \(SizedImage.limit)")
    }
    return number
  }

  /// The older names of sizes: `small`, `480x`, `x480`, `480x480`.
  private static func namedSize(
    _ name: String, _ arguments: Arguments, _ context: inout RenderContext
  ) throws(LiquidError) -> Size {
    let names = [
      "pico": 16, "icon": 32, "thumb": 50, "small": 100, "compact": 160, "medium": 240,
      "large": 480, "grande": 600,
    ]
    var size = Size(crop: arguments.named(Name.crop).map { context.string(of: $0) })
    if let side = names[name] {
      (size.width, size.height) = (side, side)
    } else if name != "original" && name != "master" {
      let parts = name.split(separator: "x", omittingEmptySubsequences: false)
      guard parts.count == 2,
        parts.allSatisfy({ $0.isEmpty || (1...SizedImage.limit).contains(Int($0) ?? 0) })
      else {
        throw LiquidError(
          .argument, "img_url knows no size '\(name)'",
          help: "write image_url with width: and height:")
      }
      (size.width, size.height) = (Int(parts[0]), Int(parts[1]))
    }
    return size
  }

  private static func sized(
    _ input: Value, _ size: Size, _ context: inout RenderContext
  ) throws(LiquidError) -> Value {
    guard let picture = try picture(input, size, &context) else { return .null }
    return context.object(picture)
  }

  /// The picture itself, that of a product, variant, collection, article or film, or one behind an
  /// address; nil where there is none.
  private static func picture(
    _ input: Value, _ size: Size, _ context: inout RenderContext
  ) throws(LiquidError) -> SizedImage? {
    guard !input.isNull else { return nil }
    let pattern = (context.host as? PageHost)?.view.shop.imagePattern
    if let known = context.object(of: input) as? SizedImage {
      return SizedImage(
        source: known.source, alt: known.alt, fullWidth: known.fullWidth,
        fullHeight: known.fullHeight, pattern: pattern, width: size.width, height: size.height,
        crop: size.crop)
    }
    if input.kind == .text {
      return SizedImage(
        source: context.string(of: input), alt: "", fullWidth: 0, fullHeight: 0, pattern: pattern,
        width: size.width, height: size.height, crop: size.crop)
    }
    var image = input
    for name in [Name.featuredImage, Name.image, Name.previewImage] {
      let inner = try context.member(of: input, name)
      if !inner.isNull {
        image = inner
        break
      }
    }
    let source = try context.member(of: image, Name.src)
    guard !source.isNull else { return nil }
    return SizedImage(
      source: context.string(of: source),
      alt: context.string(of: try context.member(of: image, Name.alt)),
      fullWidth: Int(try context.member(of: image, Name.width).integer ?? 0),
      fullHeight: Int(try context.member(of: image, Name.height).integer ?? 0), pattern: pattern,
      width: size.width, height: size.height, crop: size.crop)
  }

  // MARK: Elements

  /// The element of a picture, as `image_tag` writes it.
  static func tag(
    _ input: Value, _ arguments: Arguments, _ context: inout RenderContext
  ) throws(LiquidError) -> Value {
    try imageTag(input, alt: nil, arguments, &context)
  }

  /// Widths that a picture is offered in where the template names none.
  private static let usualWidths = [352, 832, 1200, 1920]

  private static func imageTag(
    _ input: Value, alt: String?, _ arguments: Arguments, _ context: inout RenderContext
  ) throws(LiquidError) -> Value {
    var image = context.object(of: input) as? SizedImage
    if image == nil { image = try picture(input, Size(), &context) }
    guard let image else { return .null }
    var element = HTMLElement("img")
    element.set("src", image.address)
    element.set("alt", alt ?? image.alt)
    let choices = image.choices(try widths(image, arguments, &context))
    if !choices.isEmpty {
      element.set("srcset", choices.map { "\($0.url) \($0.width)w" }.joined(separator: ", "))
    }
    if image.width > 0 { element.set("width", "\(image.width)") }
    if image.height > 0 { element.set("height", "\(image.height)") }
    // One of the two alone says a new size; the other would contradict it.
    let overrides = [Name.width, Name.height].contains { arguments.named($0) != nil }
    if overrides {
      element.remove("width")
      element.remove("height")
    }
    element.set(arguments, without: [Name.widths, Name.preload], &context)
    // Without a choice there is nothing to choose by.
    if element["srcset"] == nil { element.remove("sizes") }
    let isPreloaded = arguments.named(Name.preload)?.isTruthy ?? false
    return try context.build(safe: true) { buffer in
      if isPreloaded { Self.preload(element, into: &buffer) }
      element.append(to: &buffer)
    }
  }

  private static func widths(
    _ image: SizedImage, _ arguments: Arguments, _ context: inout RenderContext
  ) throws(LiquidError) -> [Int] {
    guard let given = arguments.named(Name.widths), !given.isNull else {
      guard image.isSized, image.width > 0 else { return [] }
      return usualWidths.filter { $0 < image.width } + [image.width]
    }
    var result: [Int] = []
    for part in context.string(of: given).split(whereSeparator: { $0 == "," || $0 == " " }) {
      guard let width = Int(part), width > 0 else {
        throw LiquidError(.argument, "image_tag: widths must be whole numbers with commas")
      }
      result.append(width)
    }
    return result
  }

  /// A link that makes the browser fetch the picture before it meets the element.
  private static func preload(_ image: HTMLElement, into buffer: inout ByteBuffer) {
    var link = HTMLElement("link")
    link.set("rel", "preload")
    link.set("as", "image")
    link.set("href", image["src"] ?? "")
    if let set = image["srcset"] { link.set("imagesrcset", set) }
    if let sizes = image["sizes"] { link.set("imagesizes", sizes) }
    link.append(to: &buffer)
  }
}
