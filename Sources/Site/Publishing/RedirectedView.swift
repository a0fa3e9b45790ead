import Catalog
import LocalMirror
import Storefront

/// The redirects of one market and language of a root, before chains are collapsed.
struct RedirectedView {
  let state: ViewState
  let root: RootState
  let survey: Survey
  let former: FormerHandles

  private var addresses: Addresses { state.view.addresses }

  /// What stands before the paths of its pages: those of the default language are also at `/`.
  private var prefixes: [String] { [addresses.prefix] + (state.isDefault ? [""] : []) }

  /// What a record of the shop redirects: its address, and those that the product which it names had in the
  /// view's language.
  func redirects(_ record: RedirectRecord) -> [RedirectTable.Redirect] {
    let target = record.to.map { resolve($0) }
    let own = prefixes.map { prefix in
      RedirectTable.Redirect(
        from: Addresses.escaped(prefix + record.from), to: target, recordID: record.id)
    }
    let others = (former.named[record.id] ?? []).filter { named in
      TranslationTable.shows(state.view.locale, textsIn: named.locale)
        && named.product.map { !survey.isVisible($0, in: state.index) } ?? true
        && root.mayTell(named.handle, claimedBy: named.claimants, survey)
    }
    return own + others.flatMap { redirects(from: addresses.product($0.handle), to: target) }
  }

  /// From own handles of products and collections to those that they have in the view's language.
  var fromOwnHandles: [RedirectTable.Redirect] {
    guard !state.view.isSourceLocale else { return [] }
    let collections = state.translatedCollections.flatMap {
      redirects(from: addresses.collection($0.view.handle), to: $0.view.url)
    }
    return collections
      + survey.translatedHandles.entries(in: state.view.locale).flatMap { entry in
        let number = Int(entry.product)
        return survey.isVisible(number, in: state.index)
          ? redirects(
            from: addresses.product(survey.handles[number]), to: addresses.product(entry.handle))
          : []
      }
  }

  /// From handles that products and collections had before.
  var fromFormerHandles: [RedirectTable.Redirect] { fromFormerProducts + fromFormerCollections }

  private var fromFormerCollections: [RedirectTable.Redirect] {
    former.collections.flatMap { entry -> [RedirectTable.Redirect] in
      guard let collection = state.collection(id: entry.id)?.view,
        collection.pathHandle != entry.handle, isTold(entry.locale),
        root.mayTell(entry.handle, claimedBy: entry.claimants, survey)
      else { return [] }
      return redirects(from: addresses.collection(entry.handle), to: collection.url)
    }
  }

  /// Whether addresses of the view had handles of a language, nil for records' own.
  private func isTold(_ locale: String?) -> Bool {
    locale.map {
      !state.view.isSourceLocale && TranslationTable.shows(state.view.locale, textsIn: $0)
    } ?? true
  }

  private var fromFormerProducts: [RedirectTable.Redirect] {
    former.entries.flatMap { entry -> [RedirectTable.Redirect] in
      guard survey.isVisible(entry.product, in: state.index), isTold(entry.locale) else {
        return []
      }
      let handle = survey.handle(of: entry.product, in: state.view.locale)
      guard handle != entry.handle, root.mayTell(entry.handle, claimedBy: entry.claimants, survey)
      else { return [] }
      return redirects(from: addresses.product(entry.handle), to: addresses.product(handle))
    }
  }

  private func redirects(from path: String, to target: String?) -> [RedirectTable.Redirect] {
    let old = path.dropFirst(addresses.prefix.count)
    return prefixes.map {
      RedirectTable.Redirect(from: $0 + old, to: target, recordID: nil)
    }
  }

  /// A target as a whole path of the site, with all that must be escaped, or as a URL of another site.
  private func resolve(_ to: String) -> String {
    let target = Addresses.escaped(to)
    let path = addresses.path(ofURL: target) ?? target
    return root.states.first(above: path) == nil ? state.links.resolve(path) : path
  }
}
