import Bytes
import Catalog
import Diagnostics
import Formats
import Liquid
import LocalMirror
import Locales
import Machine
import Settings
import Storefront
import Synchronization

extension StorefrontBuild {
  /// Renders every page of every root.
  func render(_ plan: Plan, _ inputs: Inputs, _ outputs: Outputs, _ book: AvailabilityBook) throws
    -> PageFacts
  {
    let facts = PageFacts()
    let workers = pageWorkers(inputs)
    let makers = plan.objects.map { objects in
      PageMaker(root: plan.roots[objects.state.root], objects: objects, content: inputs.content)
    }
    let run = PageRun(
      outputs: outputs, facts: facts, findings: RenderFindings(), makers: makers,
      makesAliases: true)
    defer { sink.report(run.findings.all) }
    try renderProducts(plan, inputs, run, workers, book)
    try renderOthers(plan, inputs, run, workers)
    for worker in workers {
      facts.note(clock: worker.clock)
      if let profile = worker.profile { facts.note(profile) }
    }
    return facts
  }

  /// One worker a thread.
  func pageWorkers(_ inputs: Inputs) -> [PageWorker] {
    let zone = TimeZoneTable(identifier: project.site.timeZone) ?? .utc
    return (0..<build.options.workers).map { _ in
      let recorder = build.options.recordsReads ? FieldRecorder() : nil
      var options = RenderOptions(
        now: inputs.instant,
        zone: { (offset: zone.offsetSeconds(at: $0), name: zone.identifier) },
        measuresTime: build.options.measuresTime)
      if let recorder { options.makeRecorder = { recorder } }
      return PageWorker(set: inputs.set, options: options, recorder: recorder)
    }
  }

  /// Products that the survey did not keep are read a second time, a chunk a worker, and each is
  /// rendered for all its views.
  private func renderProducts(
    _ plan: Plan, _ inputs: Inputs, _ run: PageRun, _ workers: [PageWorker],
    _ book: AvailabilityBook
  ) throws {
    let slots = Dictionary(
      uniqueKeysWithValues: Self.availabilitySlots(plan.roots).map { ($0.view, $0.slot) })
    let ids = plan.survey.ids
    let readers = WorkerReaders(inputs.readers)
    let collections = CollectionIndex(inputs.context)
    let done = Atomic<Int>(0)
    let survey = plan.survey
    let report = reporter(.pages)
    try Parallel.forEach(count: ids.count, chunk: 32, workers: workers.count) {
      worker, range throws(any Error) in
      guard !run.findings.isFull else { return }
      var number = range.lowerBound
      func render(_ bundle: ProductBundle) throws {
        var available: [(slot: Int, json: String)] = []
        for (index, maker) in run.makers.enumerated() where survey.isVisible(number, in: index) {
          guard let product = maker.objects.state.view.product(bundle) else { continue }
          if let slot = slots[index], let entry = AvailabilityFiles.entry(of: product) {
            available.append((slot, entry))
          }
          try run.make(maker.product(product, number: number), maker, workers[worker])
        }
        book.note(available, product: number)
        number += 1
      }
      if let kept = survey.bundles.take(range) {
        for bundle in kept { try render(bundle) }
      } else {
        try readers[worker].products(
          from: ids[range.lowerBound], through: ids[range.upperBound - 1], in: collections, render)
      }
      let count = done.wrappingAdd(range.count, ordering: .relaxed).newValue
      report(count, ids.count)
    }
  }

  private func renderOthers(
    _ plan: Plan, _ inputs: Inputs, _ run: PageRun, _ workers: [PageWorker]
  ) throws {
    var jobs: [(view: Int, key: PageKey)] = []
    var told: Set<String> = []
    for root in plan.roots {
      for state in root.states {
        var files: Set<String> = []
        for key in root.pages(row: state.row, content: inputs.content) {
          let suffix = root.suffix(of: key, row: state.row)
          // What stands at the root too must not take the place of another language's pages.
          let isTaken = root.states.contains { suffix.hasPrefix("/\($0.pathPrefix)/") }
          guard files.insert(suffix).inserted, !isTaken else {
            if told.insert(suffix).inserted {
              sink.report(twice(key, at: suffix, inputs.content, state.view.locale))
            }
            continue
          }
          jobs.append((state.index, key))
        }
      }
    }
    let all = jobs
    try Parallel.forEach(count: all.count, chunk: 4, workers: workers.count) {
      worker, range throws(any Error) in
      guard !run.findings.isFull else { return }
      for job in all[range] {
        let maker = run.makers[job.view]
        guard let page = maker.page(job.key) else { continue }
        try run.make(page, maker, workers[worker])
      }
    }
  }

  private func twice(
    _ key: PageKey, at suffix: String, _ content: ContentLibrary, _ locale: String
  ) -> Diagnostic {
    let file: String? =
      switch key {
      case .page(let handle): content.entry(.page, handle, in: locale)?.entry.file
      case .article(let handle): content.entry(.article, handle, in: locale)?.entry.file
      default: nil
      }
    return Diagnostic(
      "build.duplicate-path", .error, "two pages would stand at \(suffix)",
      at: file.map { SourceLocation(file: $0, line: 1, column: 1) },
      help: file == nil ? "give one of them another handle" : "rename the content file")
  }
}

/// Renders single pages and hands them on.
struct PageRun: Sendable {
  let outputs: Outputs
  let facts: PageFacts
  let findings: RenderFindings
  let makers: [PageMaker]
  /// Whether the pages of the first language of the default market are also at `/`.
  let makesAliases: Bool

  /// Renders a page and puts it into its root. What a template does wrong is a finding with the
  /// page that was being rendered.
  func make(_ page: MadePage, _ maker: PageMaker, _ worker: PageWorker) throws {
    do throws(LiquidError) {
      try worker.render(page, in: maker.objects)
    } catch {
      for warning in worker.takeWarnings() { findings.note(warning, on: page) }
      findings.note(error.diagnostic, on: page)
      return
    }
    for warning in worker.takeWarnings() { findings.note(warning, on: page) }
    let state = maker.objects.state
    let file = Addresses.file(of: page.frame.path)
    var paths = [file]
    if state.isDefault, makesAliases {
      paths.append(
        Addresses.file(of: String(page.frame.path.dropFirst(state.pathPrefix.count + 1))))
    }
    try worker.withPage { bytes, scratch in
      _ = try outputs.put(
        paths, in: state.root, kind: page.key.kind, bytes, nextChange: page.nextChange,
        scratch: &scratch)
    }
    facts.note(
      PageFacts.Fact(
        key: page.key, file: file, digest: worker.digest(of: page),
        images: page.images.joined(separator: "\u{0}"),
        lookups: facts.number(ofLookups: worker.takeLookups())),
      root: state.root, nextChange: page.nextChange)
    if let reads = worker.takeReads() {
      facts.note(
        reads: OutputReads(root: outputs.roots[state.root], path: file, keys: reads))
    }
  }
}

/// Notes which fields templates read of a page's values.
///
/// `@unchecked Sendable`: it belongs to one worker, which `Parallel.forEach` never runs twice at
/// once.
final class FieldRecorder: ReadRecorder, @unchecked Sendable {
  private var keys: Set<SymbolID> = []

  /// Notes that the member `key` of a value was read.
  func read(_ tape: Tape, _ key: SymbolID, at cell: Int) { keys.insert(key) }

  /// Names of what was read since the last call, in order.
  func take() -> [String] {
    defer { keys.removeAll(keepingCapacity: true) }
    return keys.map { Symbols.shared.name($0) }.sorted()
  }
}
