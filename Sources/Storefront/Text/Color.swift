import Glibc

/// A colour as style sheets write it, with the arithmetic of the `color_…` filters.
///
/// Red, green and blue are kept as they were given or computed, and rounded half up only where
/// they are written, so that a chain of filters does not add up errors.
struct Color {
  /// How a colour was written, and so how a changed one is.
  enum Notation {
    /// `#ea5ab9`
    case hex
    /// `rgb(234, 90, 185)`
    case rgb
    /// `hsl(320, 77%, 64%)`
    case hsl
  }

  /// From 0 to 255.
  var red: Double
  /// From 0 to 255.
  var green: Double
  /// From 0 to 255.
  var blue: Double
  /// From 0 to 1; 1 where nothing was said.
  var alpha = 1.0
  /// How it was written.
  var notation = Notation.hex

  /// Reads `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()`, `rgba()`, `hsl()` and `hsla()`.
  init?(_ text: String) {
    let text = text.lowercased().filter { $0 != " " && $0 != "\t" }
    if text.hasPrefix("#") {
      self.init(hex: Array(text.utf8.dropFirst()))
      return
    }
    guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { return nil }
    let name = text[..<open]
    let parts = text[text.index(after: open)...].dropLast()
      .split(omittingEmptySubsequences: false) { $0 == "," || $0 == "/" }
    guard parts.count == 3 || parts.count == 4 else { return nil }
    let numbers = parts.map { Self.number($0) }
    guard let first = numbers[0], let second = numbers[1], let third = numbers[2] else {
      return nil
    }
    let alpha = parts.count == 4 ? numbers[3] : 1
    guard let alpha else { return nil }
    switch name {
    case "rgb", "rgba":
      self.init(
        red: Self.clamp(first, 255), green: Self.clamp(second, 255), blue: Self.clamp(third, 255))
      notation = .rgb
    case "hsl", "hsla": self.init(hue: first, saturation: second, lightness: third)
    default: return nil
    }
    self.alpha = Self.clamp(alpha, 1)
  }

  init(red: Double, green: Double, blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  private init?(hex digits: [UInt8]) {
    let values = digits.compactMap(Self.digit)
    guard values.count == digits.count else { return nil }
    let bytes: [Double]
    switch values.count {
    case 3, 4: bytes = values.map { $0 * 17 }
    case 6, 8:
      bytes = stride(from: 0, to: values.count, by: 2).map { values[$0] * 16 + values[$0 + 1] }
    default: return nil
    }
    self.init(red: bytes[0], green: bytes[1], blue: bytes[2])
    if bytes.count == 4 { alpha = bytes[3] / 255 }
  }

  /// Makes a colour of hue in degrees, saturation and lightness in per cent.
  init(hue: Double, saturation: Double, lightness: Double) {
    let turn = hue.truncatingRemainder(dividingBy: 360)
    let sector = (turn < 0 ? turn + 360 : turn) / 60
    let light = Self.clamp(lightness, 100) / 100
    let chroma = (1 - abs(2 * light - 1)) * Self.clamp(saturation, 100) / 100
    let second = chroma * (1 - abs(sector.truncatingRemainder(dividingBy: 2) - 1))
    let parts: (Double, Double, Double) =
      switch Int(sector) {
      case 0: (chroma, second, 0)
      case 1: (second, chroma, 0)
      case 2: (0, chroma, second)
      case 3: (0, second, chroma)
      case 4: (second, 0, chroma)
      default: (chroma, 0, second)
      }
    let base = light - chroma / 2
    self.init(
      red: (parts.0 + base) * 255, green: (parts.1 + base) * 255, blue: (parts.2 + base) * 255)
    notation = .hsl
  }

  private static func digit(_ byte: UInt8) -> Double? {
    switch byte {
    case 48...57: Double(byte - 48)
    case 97...102: Double(byte - 87)
    default: nil
    }
  }

  private static func number(_ text: Substring) -> Double? {
    let digits =
      text.hasSuffix("%") ? text.dropLast() : text.hasSuffix("deg") ? text.dropLast(3) : text
    return Double(digits).flatMap { $0.isFinite ? $0 : nil }
  }

  private static func clamp(_ value: Double, _ limit: Double) -> Double {
    min(max(value, 0), limit)
  }

  // MARK: Parts

  /// Hue in degrees, saturation and lightness in per cent.
  var hsl: (hue: Double, saturation: Double, lightness: Double) {
    let (r, g, b) = (red / 255, green / 255, blue / 255)
    let (high, low) = (max(r, g, b), min(r, g, b))
    let chroma = high - low
    let lightness = (high + low) / 2
    guard chroma > 0 else { return (0, 0, lightness * 100) }
    var sector: Double
    if high == r {
      sector = (g - b) / chroma
      if sector < 0 { sector += 6 }
    } else if high == g {
      sector = (b - r) / chroma + 2
    } else {
      sector = (r - g) / chroma + 4
    }
    return (sector * 60, chroma / (1 - abs(2 * lightness - 1)) * 100, lightness * 100)
  }

  /// The perceived brightness of WCAG's older draft: 0 to 255.
  var brightness: Double { (red * 299 + green * 587 + blue * 114) / 1000 }

  /// The relative luminance of WCAG 2: 0 to 1.
  private var luminance: Double {
    func linear(_ part: Double) -> Double {
      let value = part / 255
      return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The contrast ratio of WCAG 2: 1 to 21.
  func contrast(to other: Color) -> Double {
    let (first, second) = (luminance, other.luminance)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  /// The colour difference of WCAG's older draft: 0 to 765.
  func difference(to other: Color) -> Double {
    abs(red - other.red) + abs(green - other.green) + abs(blue - other.blue)
  }

  /// The colour with `share` per cent of itself and the rest of another.
  func mixed(with other: Color, share: Double) -> Color {
    let own = Self.clamp(share, 100) / 100
    func mix(_ first: Double, _ second: Double) -> Double { first * own + second * (1 - own) }
    var result = self
    result.red = mix(red, other.red)
    result.green = mix(green, other.green)
    result.blue = mix(blue, other.blue)
    result.alpha = mix(alpha, other.alpha)
    return result
  }

  /// The colour with other hue, saturation and lightness, written as this one.
  func changing(_ change: (inout (hue: Double, saturation: Double, lightness: Double)) -> Void)
    -> Color
  {
    var parts = hsl
    change(&parts)
    var result = Color(
      hue: parts.hue, saturation: parts.saturation, lightness: parts.lightness)
    result.alpha = alpha
    result.notation = notation
    return result
  }

  /// One part by its name, or nil where there is none of that name.
  func part(_ name: String) -> Double? {
    switch name {
    case "red": red
    case "green": green
    case "blue": blue
    case "alpha": alpha
    case "hue": hsl.hue
    case "saturation": hsl.saturation
    case "lightness": hsl.lightness
    default: nil
    }
  }

  /// The colour with one part changed, or nil where there is none of that name.
  func setting(_ name: String, to value: Double) -> Color? {
    var result = self
    switch name {
    case "red": result.red = Self.clamp(value, 255)
    case "green": result.green = Self.clamp(value, 255)
    case "blue": result.blue = Self.clamp(value, 255)
    case "alpha":
      result.alpha = Self.clamp(value, 1)
      if notation == .hex { result.notation = .rgb }
    case "hue": return changing { $0.hue = value }
    case "saturation": return changing { $0.saturation = value }
    case "lightness": return changing { $0.lightness = value }
    default: return nil
    }
    return result
  }

  // MARK: Text

  /// In the notation that it was given in; one with an alpha cannot be `#rrggbb`.
  var text: String {
    switch notation {
    case .hex where alpha >= 1: hex
    case .hex, .rgb: rgb
    case .hsl: hslText
    }
  }

  /// `#ea5ab9`
  var hex: String {
    func digits(_ part: Double) -> String {
      let text = String(Self.whole(part), radix: 16)
      return text.utf8.count < 2 ? "0\(text)" : text
    }
    return "#\(digits(red))\(digits(green))\(digits(blue))"
  }

  /// `rgb(234, 90, 185)`
  var rgb: String {
    let parts = "\(Self.whole(red)), \(Self.whole(green)), \(Self.whole(blue))"
    return alpha >= 1 ? "rgb(\(parts))" : "rgba(\(parts), \(Self.decimal(alpha)))"
  }

  /// `hsl(320, 77%, 64%)`
  var hslText: String {
    let parts = hsl
    let hue = Self.whole(parts.hue) % 360
    let text = "\(hue), \(Self.whole(parts.saturation))%, \(Self.whole(parts.lightness))%"
    return alpha >= 1 ? "hsl(\(text))" : "hsla(\(text), \(Self.decimal(alpha)))"
  }

  /// Rounded half up. What is a half but for the last bits of binary arithmetic counts as one.
  static func whole(_ value: Double) -> Int { Int((value + 0.5 + 1e-9).rounded(.down)) }

  /// Rounded half up to two decimals: `0.85`, `0.5`, `1.0`.
  static func decimal(_ value: Double) -> String { "\(Double(whole(value * 100)) / 100)" }
}
