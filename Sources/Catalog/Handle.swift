import Locales

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

  /// A handle for a title: accents and capitals folded, quotes dropped, every other run of signs a
  /// hyphen. `Carré « Jardin d'hiver » 90` becomes `carre-jardin-dhiver-90`. Empty where nothing of
  /// the title is left.
  public static func make(from title: String) -> String {
    var handle = ""
    var isJointDue = false
    for scalar in Normalization.foldForSearch(title).unicodeScalars {
      if isLetterOrDigit(scalar.properties.generalCategory) {
        if isJointDue, !handle.isEmpty { handle.append("-") }
        isJointDue = false
        handle.unicodeScalars.append(scalar)
      } else if scalar != "'", scalar != "\u{2019}", scalar != "\"" {
        isJointDue = true
      }
      if handle.utf8.count >= 200 { break }
    }
    return handle
  }

  /// A name of a file as a handle: composed, because some file systems take names apart (NFD).
  public static func of(fileName: String) -> String { Normalization.nfc(fileName) }

  private static func isLetterOrDigit(_ category: Unicode.GeneralCategory) -> Bool {
    switch category {
    case .lowercaseLetter, .otherLetter, .modifierLetter, .decimalNumber, .nonspacingMark,
      .spacingMark:
      true
    default: false
    }
  }
}
