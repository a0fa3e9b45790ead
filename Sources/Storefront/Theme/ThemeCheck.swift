public import Diagnostics
public import Liquid

/// Finds what templates ask of the theme and is not there, before the first page is rendered:
/// layouts, sections, groups, blocks and forms that tags name by constant text.
public enum ThemeCheck {
  /// Compares the tags of all templates with what there is; `programs` are keyed by name.
  public static func check(
    _ programs: [String: Program], names: [String], library: SectionLibrary,
    formActions: [String: String]
  ) -> [Diagnostic] {
    var found: [Diagnostic] = []
    for (_, program) in programs.sorted(by: { $0.key < $1.key }) {
      for use in program.tags {
        guard let (code, error) = objection(to: use, names, library, formActions) else { continue }
        found.append(
          Diagnostic(
            code, .error, error.message, at: program.location(of: use), help: error.diagnostic.help)
        )
      }
    }
    return found
  }

  private static func objection(
    to use: Program.TagUse, _ names: [String], _ library: SectionLibrary,
    _ formActions: [String: String]
  ) -> (code: String, error: LiquidError)? {
    guard let name = use.arguments.first ?? nil else { return nil }
    func template(_ folder: String) -> LiquidError? {
      names.contains("\(folder)/\(name)")
        ? nil
        : ThemeErrors.noTemplate(
          "\(folder)/\(name)", known: names.filter { $0.hasPrefix("\(folder)/") })
    }
    switch use.name {
    case "layout": return template("layouts").map { ("theme.layout", $0) }
    case "section": return template("sections").map { ("theme.section", $0) }
    case "sections" where library.group(name) == nil:
      return ("theme.section", ThemeErrors.noGroup(name, in: library))
    case "form" where formActions[name] == nil: return ("theme.form", ThemeErrors.noForm(name))
    default: return nil
    }
  }
}
