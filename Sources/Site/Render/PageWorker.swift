import Bytes
import Diagnostics
import Liquid
import Machine
import Storefront

/// What one worker needs to make pages: its renderer and memory that it keeps.
///
/// `@unchecked Sendable`: `Parallel.forEach` never uses a worker from two threads at once.
final class PageWorker: @unchecked Sendable {
  private let set: TemplateSet
  private var renderer: Renderer
  private var content = ByteBuffer(capacity: 1 << 16)
  private var header = ByteBuffer(capacity: 1 << 13)
  private var page = ByteBuffer(capacity: 1 << 16)
  private var subject = ByteBuffer(capacity: 1 << 14)
  private var scratch = LeakScratch()
  private let recorder: FieldRecorder?
  private let lookups = LookupNotes()

  /// The variable that holds what the product itself puts into a page's head.
  static let headerVariable = "content_for_header"
  private static let headerName = Symbols.shared.intern(headerVariable)
  private static let contentName = Symbols.shared.intern("content_for_layout")

  /// Makes a worker.
  init(set: TemplateSet, options: RenderOptions, recorder: FieldRecorder?) {
    self.set = set
    self.recorder = recorder
    renderer = Renderer(set: set, options: options)
  }

  /// Renders a page into `page`: its template, then the layout around it.
  func render(_ made: MadePage, in objects: ViewObjects) throws(LiquidError) {
    let template = try program("pages/\(made.template)")
    var (globals, whole) = objects.globals()
    let host = PageHost(
      view: objects.state.view, theme: objects.state.theme, page: made.frame,
      product: made.product, productData: made.productData,
      structuredData: made.structuredData, lookups: lookups, whole: whole)
    globals.addMembers(of: made.tape.value)
    if objects.wantsHeader {
      header.removeAll()
      HeaderContent.append(
        made.frame, in: objects.state.view,
        structuredData: (made.productData.map { [$0] } ?? []) + made.structuredData,
        styles: objects.state.theme.address(of: StorefrontBuild.gatheredStyles),
        scripts: objects.state.theme.address(of: StorefrontBuild.gatheredScripts), to: &header)
      globals.set(Self.headerName, .keptHTML(header.withBytes { Globals.KeptText($0) }))
    }
    content.removeAll()
    try renderer.render(template, globals: globals, host: host, into: &content)
    page.removeAll()
    guard let layout = Self.layout(of: template) else {
      swap(&page, &content)
      return
    }
    // Both buffers stay as they are until the layout has been rendered.
    globals.set(Self.contentName, .keptHTML(content.withBytes { Globals.KeptText($0) }))
    let around = try program("layouts/\(layout)")
    try renderer.render(around, globals: globals, host: host, into: &page)
  }

  /// A template that a page cannot do without.
  private func program(_ name: String) throws(LiquidError) -> Program {
    do throws(LiquidError) {
      return try set.program(named: name)
    } catch {
      guard error.kind == .fileSystem, error.location == nil else { throw error }
      throw LiquidError(
        .fileSystem, "the theme has no template '\(name)'",
        help: "make \(name).html.liquid in the theme's folder")
    }
  }

  /// Calls `body` with the page that was rendered last and memory for searching it.
  func withPage(_ body: (UnsafeRawBufferPointer, inout LeakScratch) throws -> Void) throws {
    try page.withBytes { try body($0, &scratch) }
  }

  /// A digest of what a page is about, without its layout and marks of the build.
  func digest(of made: MadePage) -> Fingerprint {
    subject.removeAll()
    subject.append(made.frame.title)
    subject.append(made.frame.description)
    if let span = made.subjectSpan {
      made.tape.appendIdentity(of: span, to: &subject)
    } else {
      made.tape.value[made.subject]?.appendIdentity(to: &subject)
    }
    return subject.withBytes { Fingerprint(of: $0) }
  }

  /// Where the time of rendering went, where that is measured.
  var profile: Profile? { renderer.profile }

  /// What the templates of the pages since the last call looked up.
  func takeLookups() -> Set<String> { lookups.take() }

  /// How exactly the pages so far have looked at the time.
  var clock: ClockUse { renderer.clock }

  /// What the pages since the last call read, where that is recorded.
  func takeReads() -> [String]? { recorder?.take() }

  /// Warnings since the last call.
  func takeWarnings() -> [Diagnostic] {
    defer { renderer.removeWarnings() }
    return renderer.warnings
  }

  /// The layout that a template asks for: `theme` unless it says otherwise, nil for `none`.
  private static func layout(of program: Program) -> String? {
    guard let use = program.tags.first(where: { $0.name == "layout" }) else { return "theme" }
    return use.arguments.first ?? nil
  }
}

/// Notes what the templates of a page look up besides what the page is about.
///
/// `@unchecked Sendable`: it belongs to one worker, which `Parallel.forEach` never runs twice at
/// once.
final class LookupNotes: LookupLog, @unchecked Sendable {
  private var keys: Set<String> = []

  func note(_ table: String, _ key: String) { keys.insert("\(table)/\(key)") }

  /// What was noted since the last call.
  func take() -> Set<String> {
    guard !keys.isEmpty else { return [] }
    defer { keys.removeAll(keepingCapacity: true) }
    return keys
  }
}

/// A page that is ready to be rendered.
struct MadePage: Sendable {
  /// Which page.
  var key: PageKey
  /// Name of its template.
  var template: String
  /// What it is.
  var frame: PageFrame
  /// The values that its template sees besides those of the view.
  var tape: Tape
  /// Name of the value in `tape` that the page is about.
  var subject: String
  /// Where in `tape` that value lies, where that is known: then looking at it is quicker.
  var subjectSpan: TapeSpan?
  /// Its product.
  var product: ProductView?
  /// JSON-LD of its product, for its head and for its template.
  var productData: [UInt8]?
  /// Further JSON-LD for its head.
  var structuredData: [[UInt8]] = []
  /// The record or file that it is about, for messages.
  var record: RecordReference?
  /// The next instant at which it can be different.
  var nextChange: Instant?
  /// Addresses of its pictures, for sitemaps.
  var images: [String] = []
}
