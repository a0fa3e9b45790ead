import Diagnostics
import Liquid

/// The words for what a theme asks and there is not: the same before a build and in it.
enum ThemeErrors {
  static func noForm(_ type: String) -> LiquidError {
    FormTag.types.contains(type)
      ? LiquidError(
        .argument, "the form '\(type)' has no address to be sent to",
        help: "set `forms.\(type)` in the storefront's settings")
      : LiquidError(
        .argument, "a static site has no form '\(type)'",
        help: "there are \(FormTag.types.joined(separator: " and "))")
  }

  static func noGroup(_ name: String, in library: SectionLibrary) -> LiquidError {
    let near = Suggestion.nearest(to: name, among: library.groupNames)
    return LiquidError(
      .fileSystem, "there is no group of sections '\(name)'",
      help: near.map { "did you mean '\($0)'?" } ?? "a group is a file sections/\(name).json")
  }

  static func noTemplate(_ name: String, known: [String]) -> LiquidError {
    let near = Suggestion.nearest(to: name, among: known)
    return LiquidError(
      .fileSystem, "there is no template '\(name)'", help: near.map { "did you mean '\($0)'?" })
  }
}
