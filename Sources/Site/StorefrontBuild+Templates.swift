import Diagnostics
import Liquid
import Settings
import Storefront

extension StorefrontBuild {
  /// Name of the file that holds what all `stylesheet` tags say.
  static let gatheredStyles = "sections.css"
  /// Name of the file that holds what all `javascript` tags say.
  static let gatheredScripts = "sections.js"

  /// The template language with the project's policies.
  var dialect: Dialect {
    let settings = project.site.templates
    var dialect = StorefrontDialect.make()
    dialect.undefined =
      switch settings.undefined {
      case .off: .ignore
      case .warn: .warn
      case .error: .fail
      }
    if settings.escapes { dialect.escapesMarkup = { $0.hasSuffix(".html.liquid") } }
    dialect.limits = Limits(
      outputBytes: settings.outputBytes, loopSteps: settings.loopSteps, nesting: settings.nesting,
      depth: settings.depth, seconds: Double(settings.seconds))
    return dialect
  }

  /// Parses all templates and compares what they ask for with what there is. All findings of all
  /// files go to the sink.
  func checkTheme(_ theme: ThemeFolder, _ set: TemplateSet) -> SectionLibrary {
    sink.report(set.compileAll(theme.spokenNames))
    var programs: [String: Program] = [:]
    for (name, spoken) in zip(theme.names, theme.spokenNames) {
      // One that does not parse has been reported.
      programs[name] = try? set.program(named: spoken)
    }
    let library = SectionLibrary(programs: programs, source: theme.sections, sink: sink)
    sink.report(
      ThemeCheck.check(
        programs, names: theme.names, library: library, formActions: storefront.forms))
    for market in storefront.markets {
      guard let text = market.moneyFormat, MoneyPattern(text) == nil else { continue }
      sink.report(
        Diagnostic(
          "config.money-format", .error,
          "`\(text)` of the market \(market.key) is no way of writing money",
          help:
            "write one of {{\(MoneyPattern.Placeholder.allCases.map(\.rawValue).joined(separator: "}}, {{"))}}"
        ))
    }
    if let text = project.site.media.pattern, imagePattern == nil {
      sink.report(
        Diagnostic(
          "config.media-pattern", .error, "`\(text)` of media.pattern is no address of a picture",
          help: "write {url} and {width}, for example {url}?width={width}"))
    }
    return library
  }

  /// How pictures' addresses ask for a size.
  var imagePattern: ImagePattern? { project.site.media.pattern.flatMap(ImagePattern.init) }

  /// How a market writes money, where it does not do as the language does.
  func moneyPattern(_ market: String) -> MoneyPattern? {
    storefront.markets.first { $0.key == market }?.moneyFormat.flatMap(MoneyPattern.init)
  }
}
