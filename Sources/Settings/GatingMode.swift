import Diagnostics
import Formats

/// How what a tier alone may see is kept from everybody else on a static host.
public enum GatingMode: String, Sendable, CaseIterable {
  /// The public pages lack it; the tier's own root is for previews and is not put anywhere.
  case teaser
  /// The host gives the tier's root to whoever shows a signed cookie.
  case edge
  /// The tier's root is encrypted; the reader's browser opens it with a key.
  case sealed
}

extension StorefrontSettings {
  /// Reads `gating: sealed` or `gating: { gold: sealed }`. A tier that is not named is `teaser`.
  static func gating(_ reader: SettingsReader, tiers: [String], _ sink: DiagnosticSink)
    -> [String: GatingMode]
  {
    guard let node = reader.find("gating") else { return [:] }
    if let word = node.string {
      guard let mode = GatingMode(rawValue: word) else { return [:] }  // reported by the check
      return Dictionary(tiers.map { ($0, mode) }, uniquingKeysWith: { first, _ in first })
    }
    var modes: [String: GatingMode] = [:]
    for member in node.mapping ?? [] {
      let tier = member.key.string ?? ""
      guard tiers.contains(tier) else {
        let near = Suggestion.nearest(to: tier, among: tiers).map { "did you mean `\($0)`?" }
        let known =
          tiers.isEmpty ? "`tiers` names none" : "tiers are \(tiers.joined(separator: ", "))"
        sink.report(
          Diagnostic(
            "config.unknown-tier", .error, "`gating` names the tier `\(tier)`, which is not one",
            at: member.key.location, label: "no tier of this storefront", help: near ?? known))
        continue
      }
      modes[tier] = member.value.string.flatMap(GatingMode.init(rawValue:))
    }
    return modes
  }
}
