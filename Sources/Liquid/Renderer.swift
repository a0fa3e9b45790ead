public import Bytes
public import Diagnostics
import Machine

/// How pages are rendered.
public struct RenderOptions: Sendable {
  /// What templates see as the time.
  public var now: Instant
  /// Offset from UTC in seconds and abbreviation of the time zone at an instant.
  public var zone: @Sendable (Instant) -> (offset: Int, name: String)
  /// Whether errors are printed in the page, as the reference does, or end the render.
  public var inlineErrors: Bool
  /// Bounds; nil takes the dialect's.
  public var limits: Limits?
  /// Told what is read.
  public var makeRecorder: (@Sendable () -> any ReadRecorder)?
  /// Where time goes, if it is to be known.
  public var measuresTime: Bool

  /// Makes options.
  public init(
    now: Instant,
    zone: @escaping @Sendable (Instant) -> (offset: Int, name: String) = { _ in (0, "UTC") },
    inlineErrors: Bool = false, limits: Limits? = nil,
    makeRecorder: (@Sendable () -> any ReadRecorder)? = nil, measuresTime: Bool = false
  ) {
    self.now = now
    self.zone = zone
    self.inlineErrors = inlineErrors
    self.limits = limits
    self.makeRecorder = makeRecorder
    self.measuresTime = measuresTime
  }

  var recorder: (any ReadRecorder)? { makeRecorder?() }
  var profile: Profile? { measuresTime ? Profile() : nil }
}

/// Renders pages one after another with the same memory. Each worker thread has its own.
public struct Renderer: ~Copyable {
  private var context: RenderContext

  /// Makes a renderer of the templates of a set.
  public init(set: TemplateSet, options: RenderOptions) {
    context = RenderContext(set: set, options: options)
  }

  /// Renders a page. On an error what was rendered before it is in `buffer` too.
  public mutating func render(
    _ program: Program, globals: Globals, host: (any Sendable)? = nil,
    into buffer: inout ByteBuffer
  ) throws(LiquidError) {
    context.begin(globals, host)
    let started = context.profile?.start()
    defer {
      if let started {
        context.profile?.endLines()
        context.profile?.end(started, program: program.name, from: "", line: 0)
      }
      buffer.append(context.output)
      context.finish()
    }
    context.programs.append(program)
    defer { context.programs.removeLast() }
    try context.execute(program, from: 0)
  }

  /// Findings of the pages so far that did not end a render.
  public var warnings: [Diagnostic] { context.warnings }

  /// Forgets the findings so far.
  public mutating func removeWarnings() { context.warnings = [] }

  /// How exactly the pages so far have looked at the time.
  public var clock: ClockUse { context.clock }

  /// What is told of reads, if the options made one.
  public var recorder: (any ReadRecorder)? { context.recorder }

  /// Where time went, if the options asked for it.
  public var profile: Profile? { context.profile }
}

extension RenderContext {
  mutating func begin(_ globals: Globals, _ host: (any Sendable)?) {
    self.host = host
    self.globals = globals
    output.removeAll()
    slotCount = 0
    fillSlots()
    deadline =
      limits.seconds.isFinite ? SystemTime.monotonicSeconds + limits.seconds : .infinity
  }

  /// Forgets everything of a page but the memory.
  mutating func finish() {
    for slot in 0..<slotCount {
      slots[slot] = Slot()
      statics[slot] = .absent
    }
    arena.reset()
    kept.removeAll(keepingCapacity: true)
    objects.removeAll(keepingCapacity: true)
    log.removeAll(keepingCapacity: true)
    scopeMarks.removeAll(keepingCapacity: true)
    loops.removeAll(keepingCapacity: true)
    captures.removeAll(keepingCapacity: true)
    caseFlags.removeAll(keepingCapacity: true)
    registers = Registers()
    globals = Globals()
    host = nil
    lastKey = .null
    caseBase = 0
    frame = 0
    nextFrame = 0
    depth = 0
    top = 0
    interrupt = 0
    disabledIncludes = 0
    loopSteps = 0
    slotCount = 0
  }
}
