import Bytes
import Liquid

/// A picture with the size that a template asked for: what `image_url` gives. It prints as its
/// address, and `image_tag` still knows the picture behind it.
final class SizedImage: LiquidObject {
  /// Address of the file itself.
  let source: String
  /// Text for those who do not see it.
  let alt: String
  /// Width of the file in pixels, 0 where unknown.
  let fullWidth: Int
  /// Height of the file in pixels, 0 where unknown.
  let fullHeight: Int
  /// Which part stays where the shape changes: `center`, `top` …; nil where all of it does.
  let crop: String?
  /// Width that was asked for, or follows from the height; 0 where neither is known.
  let width: Int
  /// Height that was asked for, or follows from the width; 0 where neither is known.
  let height: Int
  private let pattern: ImagePattern?

  /// Whether a size was asked for that this picture can have.
  let isSized: Bool

  init(
    source: String, alt: String, fullWidth: Int, fullHeight: Int, pattern: ImagePattern?,
    width: Int? = nil, height: Int? = nil, crop: String? = nil
  ) {
    self.source = source
    self.alt = alt
    self.fullWidth = Self.bounded(fullWidth)
    self.fullHeight = Self.bounded(fullHeight)
    self.crop = crop
    let isVector = Self.isVector(source)
    self.pattern = isVector ? nil : pattern
    let wanted = Self.size(
      width: width, height: height, fullWidth: self.fullWidth, fullHeight: self.fullHeight,
      isCropped: crop != nil)
    isSized = self.pattern != nil && (width != nil || height != nil)
    (self.width, self.height) = isSized ? wanted : (self.fullWidth, self.fullHeight)
  }

  /// Pixels that a size can ask for.
  static let limit = 5760

  /// Data may say anything; what no picture has is not known.
  private static func bounded(_ side: Int) -> Int { (1...100_000).contains(side) ? side : 0 }

  private static func isVector(_ source: String) -> Bool {
    let path = source.prefix { $0 != "?" && $0 != "#" }
    return path.lowercased().hasSuffix(".svg") || source.hasPrefix("data:")
  }

  /// The size that comes out: never larger than the file, of the file's shape unless it is cropped.
  private static func size(
    width: Int?, height: Int?, fullWidth: Int, fullHeight: Int, isCropped: Bool
  ) -> (Int, Int) {
    guard fullWidth > 0, fullHeight > 0 else { return (width ?? 0, height ?? 0) }
    if isCropped, let width, let height {
      return (min(width, fullWidth), min(height, fullHeight))
    }
    var result = min(width ?? fullWidth, fullWidth)
    if let height {
      result = min(result, scaled(min(height, fullHeight), fullWidth, fullHeight))
    }
    return (result, scaled(result, fullHeight, fullWidth))
  }

  /// `value × numerator ÷ denominator`, rounded half up, at least 1.
  private static func scaled(_ value: Int, _ numerator: Int, _ denominator: Int) -> Int {
    max(1, (value * numerator * 2 + denominator) / (denominator * 2))
  }

  /// The address in the size that was asked for.
  var address: String { isSized ? address(width: width) : source }

  /// The address in another width; the file's own where sizes cannot be had.
  func address(width: Int) -> String {
    guard let pattern else { return source }
    let height =
      self.width > 0 && self.height > 0 ? Self.scaled(width, self.height, self.width) : self.height
    return pattern.address(of: source, width: width, height: height, crop: crop ?? "")
  }

  /// The addresses and widths of a `srcset`; empty where sizes cannot be had.
  func choices(_ wanted: [Int]) -> [(url: String, width: Int)] {
    guard pattern != nil else { return [] }
    let limit = fullWidth > 0 ? fullWidth : Self.limit
    var widths = wanted.filter { $0 > 0 && $0 <= limit }
    if widths.isEmpty, fullWidth > 0 { widths = [fullWidth] }
    return Array(Set(widths)).sorted().map { (address(width: $0), $0) }
  }

  // MARK: What templates see

  private static let names = (
    src: Symbols.shared.intern("src"), url: Symbols.shared.intern("url"),
    alt: Symbols.shared.intern("alt"), width: Symbols.shared.intern("width"),
    height: Symbols.shared.intern("height")
  )

  func member(_ key: SymbolID, _ context: inout RenderContext) throws(LiquidError) -> Value? {
    switch key {
    case Self.names.src, Self.names.url: context.text(address)
    case Self.names.alt: context.text(alt)
    case Self.names.width: width > 0 ? Value(width) : .null
    case Self.names.height: height > 0 ? Value(height) : .null
    default: nil
    }
  }

  func write(_ context: inout RenderContext) throws(LiquidError) {
    context.output.append(address)
  }
}
