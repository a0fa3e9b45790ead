import Catalog
import Diagnostics
import Locales
import Storefront

extension StorefrontBuild {
  /// Finds products whose pages would stand at one address, in the shop's own language or in another.
  func checkHandles(_ survey: Survey) {
    var seen: [String: Int] = [:]
    for (number, handle) in survey.handles.enumerated() where !handle.isEmpty {
      if let other = seen.updateValue(number, forKey: handle) {
        sink.report(
          Diagnostic(
            "catalogue.handle-twice", .error,
            "the products \(survey.ids[other]) and \(survey.ids[number]) have one handle",
            record: RecordReference(type: "product", id: survey.ids[number]),
            help: "give one of them another handle in the shop"))
      }
    }
    for locale in survey.translatedHandles.locales { checkHandles(survey, in: locale, own: seen) }
  }

  /// Compares the handles of a language with each other, and with those of products that have none in it.
  private func checkHandles(_ survey: Survey, in locale: String, own: [String: Int]) {
    let table = survey.translatedHandles
    var seen: [String: Int] = [:]
    for entry in table.entries(in: locale) {
      let number = Int(entry.product)
      let known = seen.updateValue(number, forKey: entry.handle)
      let untranslated = own[entry.handle].flatMap { other in
        table.handle(of: other, in: locale) == nil ? other : nil
      }
      guard let other = known ?? untranslated else { continue }
      let language = LanguageNames.name(of: locale, in: "en")
      let handle = known == nil ? "as its own, which has none in it" : "in it as well"
      sink.report(
        Diagnostic(
          "catalogue.handle-twice", .error,
          "the product \(survey.ids[number]) has the handle \(entry.handle) in \(language), and "
            + "\(survey.ids[other]) has it \(handle)",
          record: RecordReference(type: "product", id: survey.ids[number]),
          help: "translate the handle of one of them otherwise in the shop"))
    }
  }

  /// Finds collections whose handle in a language cannot be part of an address.
  func checkHandles(ofCollections context: CatalogContext, _ views: Views) {
    guard context.translations.hasHandles else { return }
    var told: Set<String> = []
    for view in views.all {
      for collection in context.collections.compactMap({ view.collection($0) })
      where !Handle.isSafe(collection.pathHandle) && Handle.isSafe(collection.handle) {
        guard told.insert("\(view.locale) \(collection.id)").inserted else { continue }
        let language = LanguageNames.name(of: view.locale, in: "en")
        sink.report(
          Diagnostic(
            "catalogue.handle", .error,
            "the collection's \(language) handle cannot be part of an address",
            record: RecordReference(
              type: "collection", id: collection.id, title: collection.title),
            help: "change the translation of its handle in the shop to letters, digits and hyphens")
        )
      }
    }
  }

  /// The handles of a collection in other languages of the storefront.
  func translatedHandles(of resolved: ResolvedCollection, _ context: CatalogContext) -> [String] {
    guard context.translations.hasHandles else { return [] }
    let reference = ResourceReference(type: "collection", id: resolved.record.id)
    return locales.compactMap { locale in
      context.translations.text(locale, of: reference, TranslationTable.handleKey)
    }
  }
}
