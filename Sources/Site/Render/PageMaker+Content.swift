import Bytes
import Catalog
import Diagnostics
import Formats
import Storefront

extension PageMaker {
  private var view: StorefrontView { objects.state.view }

  private func entry(_ kind: ContentKind, _ handle: String) -> ContentEntry? {
    content.entry(kind, handle, in: view.locale)?.entry
  }

  private func reference(_ entry: ContentEntry?) -> RecordReference? {
    entry.map { RecordReference(type: "content", id: $0.file, title: $0.title) }
  }

  private func tape(_ frame: PageFrame, _ body: (inout TapeBuilder) -> Void) -> Tape {
    var builder = TapeBuilder(textCapacity: 1 << 13)
    builder.beginObject()
    builder.appendFrame(frame, objects.state.frame, view)
    body(&builder)
    builder.end()
    return builder.finish()
  }

  /// The home page.
  func home() -> MadePage {
    let entry = entry(.home, "index")
    let hero = entry?.fields["hero"]?["image"]?.string ?? entry?.text("image")
    let image = objects.media.image(hero, alt: "", shop: view.shop)
    let frame = frame(
      .home, template: "index", title: entry?.text("title") ?? view.shop.name,
      description: entry?.text("description") ?? "", image: image)
    let tape = tape(frame) { builder in
      builder.key("home")
      if let entry { append(entry.fields, to: &builder) } else { builder.appendNull() }
    }
    return MadePage(
      key: .home, template: "index", frame: frame, tape: tape, subject: "home",
      structuredData: [organization()], record: reference(entry))
  }

  /// Appends front matter with pictures as pictures and links resolved.
  private func append(_ value: TapeValue, to builder: inout TapeBuilder) {
    switch value.kind {
    case .object:
      builder.beginObject()
      for (name, inner) in value.members {
        builder.key(name)
        if name == "image" {
          builder.append(objects.media.image(inner.string, alt: "", shop: view.shop))
        } else if name == "url", let written = inner.string {
          builder.append(objects.state.links.resolve(written))
        } else {
          append(inner, to: &builder)
        }
      }
      builder.end()
    case .array:
      builder.beginArray()
      for inner in value.children { append(inner, to: &builder) }
      builder.end()
    default: builder.append(value)
    }
  }

  /// Who the shop is, with its membership programmes.
  private func organization() -> [UInt8] {
    var json = ScriptJSON()
    json.object { json in
      json.member("@context", "https://schema.org")
      json.member("@type", "OnlineStore")
      json.member("name", view.shop.name)
      json.member("url", view.addresses.absolute(view.addresses.home))
      let programs = view.context.programs
      guard !programs.isEmpty else { return }
      json.key("hasMemberProgram")
      json.array(programs) { json, program in
        json.object { self.program(program, &$0) }
      }
    }
    return json.finish().array
  }

  private func program(_ program: ProgramRecord, _ json: inout ScriptJSON) {
    let page = view.addresses.absolute(view.addresses.membership)
    json.member("@type", "MemberProgram")
    json.member("name", program.name)
    json.member("url", page)
    json.key("hasTiers")
    let tiers = view.context.tiersByLadder.filter { $0.programID == program.id }
    json.array(tiers) { json, tier in
      json.object {
        $0.member("@type", "MemberProgramTier")
        $0.member("@id", "\(page)#\(tier.key)")
        $0.member("name", view.name(of: tier))
      }
    }
  }

  /// Membership and its tiers.
  func membership() -> MadePage {
    let entry = entry(.page, "membership")
    let name = view.context.programs.first?.name
    let image = entry.flatMap { objects.image(of: $0) }
    let frame = frame(
      .membership, template: "membership", title: entry?.title ?? name ?? "Membership",
      description: entry?.text("description") ?? "", image: image)
    let tape = tape(frame) { builder in
      builder.key("page")
      if let entry { objects.appendPage(entry, &builder) } else { builder.appendNull() }
    }
    return MadePage(
      key: .membership, template: "membership", frame: frame, tape: tape, subject: "page",
      structuredData: [organization()], record: reference(entry))
  }

  /// The list of articles.
  func journal() -> MadePage {
    let frame = frame(.journal, template: "blog", title: objects.journalTitle)
    let journal = objects.journal()
    let tape = tape(frame) { builder in
      builder.key("blog")
      builder.append(journal.value)
    }
    return MadePage(key: .journal, template: "blog", frame: frame, tape: tape, subject: "blog")
  }

  /// An article.
  func article(_ handle: String) -> MadePage? {
    guard let entry = entry(.article, handle),
      let place = objects.articles.firstIndex(of: handle)
    else { return nil }
    let image = objects.image(of: entry)
    let frame = frame(
      .article(handle), template: "article", title: entry.title,
      description: entry.text("description") ?? entry.text("excerpt") ?? "", image: image,
      handle: handle)
    let tape = tape(frame) { builder in
      builder.key("article")
      builder.beginObject()
      objects.appendArticleMembers(entry, &builder)
      builder.key("content")
      builder.append(objects.state.links.resolve(inText: entry.html))
      // The list is newest first: what came before stands after.
      neighbour("previous", place + 1, &builder)
      neighbour("next", place - 1, &builder)
      builder.end()
      builder.key("blog")
      builder.append(objects.journal().value)
    }
    return MadePage(
      key: .article(handle), template: "article", frame: frame, tape: tape, subject: "article",
      structuredData: [posting(entry, image)], record: reference(entry),
      images: image.map { [view.addresses.absolute($0.raster)] } ?? [])
  }

  private func neighbour(_ name: String, _ place: Int, _ builder: inout TapeBuilder) {
    builder.key(name)
    guard objects.articles.indices.contains(place),
      let entry = entry(.article, objects.articles[place])
    else { return builder.appendNull() }
    builder.beginObject()
    builder.key("title")
    builder.append(entry.title)
    builder.key("url")
    builder.append(view.addresses.article(entry.handle))
    builder.end()
  }

  private func posting(_ entry: ContentEntry, _ image: ImageView?) -> [UInt8] {
    var json = ScriptJSON()
    json.object { json in
      json.member("@context", "https://schema.org")
      json.member("@type", "BlogPosting")
      json.member("headline", entry.title)
      json.member("url", view.addresses.absolute(view.addresses.article(entry.handle)))
      if let date = entry.time("published_at") { json.member("datePublished", date) }
      if let date = entry.text("updated_at") { json.member("dateModified", date) }
      json.member("inLanguage", view.locale)
      if let image { json.member("image", view.addresses.absolute(image.raster)) }
      if let author = entry.text("author") {
        json.key("author")
        json.object {
          $0.member("@type", "Person")
          $0.member("name", author)
        }
      }
    }
    return json.finish().array
  }

  /// A page of the house.
  func housePage(_ handle: String) -> MadePage? {
    guard let entry = entry(.page, handle) else { return nil }
    let image = objects.image(of: entry)
    let template = entry.text("template") ?? "page"
    let frame = frame(
      .page(handle), template: template, title: entry.title,
      description: entry.text("description") ?? "", image: image, handle: handle)
    let tape = tape(frame) { builder in
      builder.key("page")
      objects.appendPage(entry, &builder)
    }
    return MadePage(
      key: .page(handle), template: template, frame: frame, tape: tape, subject: "page",
      record: reference(entry))
  }

  /// What is shown where there is nothing.
  func notFound() -> MadePage {
    let title = objects.state.theme.words.entry("not_found.title")?.text ?? "Not found"
    let frame = frame(.notFound, template: "404", title: title)
    return MadePage(
      key: .notFound, template: "404", frame: frame, tape: tape(frame) { _ in },
      subject: "page_title")
  }
}
