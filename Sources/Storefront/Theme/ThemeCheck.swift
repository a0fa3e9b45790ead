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
        guard let error = objection(to: use, names, library, formActions) else { continue }
        var finding = error.diagnostic
        finding.code = "theme.\(use.name)"
        finding.location = use.location
        found.append(finding)
      }
    }
    return found
  }

  private static func objection(
    to use: Program.TagUse, _ names: [String], _ library: SectionLibrary,
    _ formActions: [String: String]
  ) -> LiquidError? {
    guard let name = use.arguments.first ?? nil else { return nil }
    func template(_ folder: String) -> LiquidError? {
      names.contains("\(folder)/\(name)")
        ? nil
        : ThemeErrors.noTemplate(
          "\(folder)/\(name)", known: names.filter { $0.hasPrefix("\(folder)/") })
    }
    switch use.name {
    case "layout": return template("layouts")
    case "section": return template("sections")
    case "sections":
      return library.group(name) == nil ? ThemeErrors.noGroup(name, in: library) : nil
    case "form": return formActions[name] == nil ? ThemeErrors.noForm(name) : nil
    default: return nil
    }
  }
}
