public import Bytes
public import Diagnostics
import Machine

/// Told which fields of which records a page reads, for building only what changed.
public protocol ReadRecorder: AnyObject {
  /// The member `key` of the object at `cell` of `tape` was asked for, whether it is there or not.
  func read(_ tape: Tape, _ key: SymbolID, at cell: Int)
}

/// Everything that one page needs while it is rendered: output, variables, the value stack and the
/// memory of computed values. Filters, tags and host objects are handed it.
public struct RenderContext: ~Copyable {
  /// A variable: what templates assigned, and what the page was given or counts.
  struct Slot: BitwiseCopyable {
    var value = Value.absent
    var environment = Value.absent
    /// The frame whose variable this is; in others it does not exist.
    var frame: Int32 = 0
    /// One more than the log entry that holds the outermost value, 0 where this is it.
    var shadow: Int32 = 0
  }

  struct Saved: BitwiseCopyable {
    var slot: Int32
    var old: Slot
  }

  /// Where bytes of the page are appended. Filters and tags may append too.
  public var output = ByteBuffer(capacity: 32 * 1024)
  /// The page's own value of the host, for its filters and tags.
  public internal(set) var host: (any Sendable)?
  /// What templates see as the time.
  public let now: Instant
  /// Offset from UTC and abbreviation of the page's time zone at an instant.
  public let zone: @Sendable (Instant) -> (offset: Int, name: String)
  /// Findings that do not end the render.
  public internal(set) var warnings: [Diagnostic] = []
  var reportedPlaces: Set<UndefinedPlace> = []
  /// How exactly the pages since the last reset have looked at the time.
  var clock = ClockUse.none
  /// Whether the time that was read last depends on `now`.
  var isTimeNow = false

  let set: TemplateSet
  let filters: [FilterDefinition]
  let limits: Limits
  let printsErrors: Bool
  let loopNames = LoopNames()
  var recorder: (any ReadRecorder)?
  var profile: Profile?
  var arena = Arena()
  var kept: [AnyObject] = []
  var objects: [any LiquidObject] = []

  var slots: UnsafeMutablePointer<Slot>
  var statics: UnsafeMutablePointer<Value>
  var slotCount = 0
  var slotCapacity: Int
  var log: [Saved] = []
  var scopeMarks: [Int] = []
  var frame: Int32 = 0
  var nextFrame: Int32 = 0
  var depth = 0
  var globals = Globals()

  let stack: UnsafeMutablePointer<Value>
  static let stackCapacity = 1 << 16
  /// Values that one program may have on the stack at once; the parser sees to it.
  static let stackReserve = 600
  var top = 0

  var loops: [LoopFrame] = []
  var captures: [Int] = []
  var caseFlags: [Bool] = []
  var caseBase = 0
  var registers = Registers()
  var interrupt: UInt8 = 0
  /// How many `render`s are under way, inside which `include` is not allowed.
  var disabledIncludes = 0
  let forloopSlot: Int32
  let tablerowloopSlot: Int32
  /// The text that was last looked up as a name, and what it is the name of.
  var lastKey = Value.null
  var lastKeySymbol: SymbolID?
  var loopSteps = 0
  var deadline = Double.infinity
  var partials: [Program?] = []
  var programs: [Program] = []

  /// What tags remember from one use to the next. A `render`ed partial has its own.
  struct Registers {
    var cycles: [CycleGroup: Int] = [:]
    var offsets: [SymbolID: Int] = [:]
    var changed = Value.null
    var innermost: UnsafeMutablePointer<LoopState>?
  }

  /// A group of `cycle` tags by its value.
  struct CycleGroup: Hashable {
    let value: Value

    static func == (left: CycleGroup, right: CycleGroup) -> Bool {
      left.value.isSameKey(as: right.value)
    }

    func hash(into hasher: inout Hasher) {
      switch value.kind {
      case .text, .big, .decimal: hasher.combine(bytes: value.bytes)
      default: hasher.combine(value.isNull ? 0 : value.bits)
      }
    }
  }

  init(set: TemplateSet, options: RenderOptions) {
    self.set = set
    filters = set.dialect.filters
    limits = options.limits ?? set.dialect.limits
    printsErrors = options.inlineErrors
    now = options.now
    zone = options.zone
    recorder = options.recorder
    profile = options.profile
    forloopSlot = set.slot(of: Names.forloop)
    tablerowloopSlot = set.slot(of: Names.tablerowloop)
    slotCapacity = max(set.slotCount * 2, 256)
    slots = .allocate(capacity: slotCapacity)
    statics = .allocate(capacity: slotCapacity)
    stack = .allocate(capacity: Self.stackCapacity)
    slots.initialize(repeating: Slot(), count: slotCapacity)
    statics.initialize(repeating: .absent, count: slotCapacity)
  }

  deinit {
    slots.deallocate()
    statics.deallocate()
    stack.deallocate()
  }

  // MARK: Values for hosts

  /// A value of a record; the record is kept for the page.
  public mutating func value(_ value: TapeValue) -> Value {
    if kept.last !== value.tape { kept.append(value.tape) }
    return Value(tape: Unmanaged.passUnretained(value.tape), index: value.index)
  }

  /// Text.
  public mutating func text(_ string: String) -> Value {
    var copy = string
    return copy.withUTF8 { Value(text: arena.copy(UnsafeRawBufferPointer($0))) }
  }

  /// A copy of text.
  public mutating func text(_ bytes: UnsafeRawBufferPointer) -> Value {
    Value(text: arena.copy(bytes))
  }

  /// Text that `write` appends to a buffer; `safe` marks it as HTML that is not escaped again.
  public mutating func build(
    safe: Bool = false, _ write: (inout ByteBuffer) throws(LiquidError) -> Void
  ) throws(LiquidError) -> Value {
    let start = output.count
    do throws(LiquidError) {
      try write(&output)
    } catch {
      output.truncate(to: start)
      throw error
    }
    let text = takeText(from: start)
    return safe ? self.safe(text) : text
  }

  /// The same text, marked as HTML that is not escaped again.
  public func safe(_ value: Value) -> Value {
    var marked = value
    marked.flags |= 1
    return marked
  }

  /// A host object, kept for the page.
  public mutating func object(_ object: any LiquidObject) -> Value {
    objects.append(object)
    return Value(kind: .object, count: Int32(objects.count - 1))
  }

  /// An array.
  public mutating func list(_ values: [Value]) -> Value {
    values.withUnsafeBufferPointer { arena.copy($0) }
  }

  /// Removes what was appended to the output since `start` and gives it as text.
  mutating func takeText(from start: Int) -> Value {
    let value = output.withBytes { bytes in
      Value(text: arena.copy(UnsafeRawBufferPointer(rebasing: bytes[start...])))
    }
    output.truncate(to: start)
    return value
  }

  /// Runs `body` and gives what it appended as text instead of printing it.
  public mutating func capture(
    _ body: (inout RenderContext) throws(LiquidError) -> Void
  ) throws(LiquidError) -> Value {
    let start = output.count
    do throws(LiquidError) {
      try body(&self)
    } catch {
      output.truncate(to: start)
      throw error
    }
    return takeText(from: start)
  }

  /// Reports something that does not end the render.
  public mutating func warn(_ diagnostic: Diagnostic) { warnings.append(diagnostic) }

  /// The partial or page called `name`.
  public mutating func program(named name: String) throws(LiquidError) -> Program {
    try set.program(named: name)
  }
}

/// The names of what `forloop` and `tablerowloop` know, at hand for comparing.
struct LoopNames: BitwiseCopyable {
  let index = Names.index
  let index0 = Names.index0
  let rindex = Names.rindex
  let rindex0 = Names.rindex0
  let first = Names.first
  let last = Names.last
  let length = Names.length
  let parentloop = Names.parentloop
  let name = Names.name
  let col = Names.col
  let col0 = Names.col0
  let row = Names.row
  let colFirst = Names.colFirst
  let colLast = Names.colLast
  let itself = Names.itself
}

/// The state of a loop that templates see.
struct LoopState: BitwiseCopyable {
  var index = 0
  var length: Int
  var parent: UnsafeMutablePointer<LoopState>?
  var name: SymbolID
  var isTable = false
  var row = 1
  var col = 1
  var columns = 0
}

/// A loop under way.
struct LoopFrame {
  enum Source {
    case list(UnsafePointer<Value>)
    case array(Unmanaged<Tape>, first: Int)
    case hash(Unmanaged<Tape>, first: Int)
    case numbers(Int64)
    case object(any LiquidObject)
    case single(Value)
  }

  var source: Source
  var state: UnsafeMutablePointer<LoopState>
  var outer: UnsafeMutablePointer<LoopState>?
  /// Index of the first item that is visited, and how many are.
  var first: Int
  var count: Int
  var isReversed: Bool
  var slot: Int32
  var mark: Int
  var position = 0
}
