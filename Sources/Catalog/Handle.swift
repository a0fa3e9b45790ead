/// The last part of an address, by which people and links name a record: `carre-jardin-90`.
public enum Handle {
  /// Whether the text can stand in an address as it is: letters and digits of any script without
  /// capitals, joined by single hyphens or underscores; at most 255 bytes.
  public static func isValid(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 255 else { return false }
    var wasJoint = true
    for scalar in text.unicodeScalars {
      if scalar == "-" || scalar == "_" {
        if wasJoint { return false }
        wasJoint = true
      } else {
        let properties = scalar.properties
        guard isLetterOrDigit(properties.generalCategory), !properties.changesWhenLowercased else {
          return false
        }
        wasJoint = false
      }
    }
    return !wasJoint
  }

  private static func isLetterOrDigit(_ category: Unicode.GeneralCategory) -> Bool {
    switch category {
    case .lowercaseLetter, .otherLetter, .modifierLetter, .decimalNumber, .nonspacingMark,
      .spacingMark:
      true
    default: false
    }
  }
}
