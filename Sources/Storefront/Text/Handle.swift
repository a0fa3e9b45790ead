/// Last parts of addresses.
public enum Handle {
  /// Text as a handle: lower case, quotes and brackets dropped, every other run of characters that
  /// are neither letters nor digits one hyphen, none at the ends. Letters lose their accents.
  public static func make(_ text: String) -> String {
    var result = ""
    var wantsHyphen = false
    for scalar in text.lowercased().unicodeScalars {
      if dropped.contains(scalar) || isMark(scalar) { continue }
      let plain = Self.plain(scalar)
      guard plain != nil || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      else {
        wantsHyphen = !result.isEmpty
        continue
      }
      if wantsHyphen { result.append("-") }
      wantsHyphen = false
      if let plain { result.append(plain) } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// Whether a record's handle can be part of an address and of a file's path as it is.
  public static func isSafe(_ handle: String) -> Bool {
    guard !handle.isEmpty, handle != ".", handle != "..", handle.utf8.count <= 200 else {
      return false
    }
    return handle.utf8.allSatisfy { byte in
      switch byte {
      case 0...0x20, 0x7F: false
      case 0x2F, 0x5C, 0x3F, 0x23, 0x25, 0x3C, 0x3E, 0x22, 0x27, 0x7C, 0x2A, 0x3A, 0x26: false
      default: true
      }
    }
  }

  private static let dropped: Set<Unicode.Scalar> = [
    "'", "\"", "(", ")", "[", "]", "\u{2019}", "\u{2018}",
  ]

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .nonspacingMark
  }

  /// Letters of Latin scripts without their accents.
  private static func plain(_ scalar: Unicode.Scalar) -> String? { table[scalar] }

  private static let table: [Unicode.Scalar: String] = {
    let groups: [(String, String)] = [
      ("a", "àáâãäåāăą"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"),
      ("h", "ĥħ"), ("i", "ìíîïĩīĭįı"), ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľłŀ"), ("n", "ñńņňŉ"),
      ("o", "òóôõöøōŏő"), ("r", "ŕŗř"), ("s", "śŝşš"), ("t", "ţťŧ"), ("u", "ùúûüũūŭůűų"),
      ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"), ("ae", "æ"), ("oe", "œ"), ("ss", "ß"), ("th", "þ"),
    ]
    var table: [Unicode.Scalar: String] = [:]
    for (plain, letters) in groups {
      for letter in letters.precomposedScalars { table[letter] = plain }
    }
    return table
  }()
}

extension String {
  /// The scalars of letters that are written precomposed in this file.
  fileprivate var precomposedScalars: [Unicode.Scalar] { Array(unicodeScalars) }
}
