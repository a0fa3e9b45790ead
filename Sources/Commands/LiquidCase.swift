import Bytes
import Formats
import Liquid
import Machine

/// One template of the core language with all it needs, and what comes of it.
struct LiquidCase {
  /// When an error happened.
  enum Phase: String {
    /// The line is no case.
    case input
    /// The template does not parse.
    case parse
    /// The template does not render.
    case render
  }

  /// An error and when it happened.
  struct Fault: Error {
    let phase: Phase
    let error: LiquidError
  }

  var template: String
  var name: String
  var data: TapeValue?
  var partials: [(String, String)] = []
  var mode: ParserMode = .strict2
  var now = SystemTime().now
  var printsErrors = false

  init(template: String, name: String) {
    self.template = template
    self.name = name
  }

  /// Renders it as the reference would: without any bound but those on nesting.
  func render() throws(Fault) -> String {
    var dialect = Dialect.core
    dialect.mode = mode
    dialect.unknownFilters = .passThrough
    dialect.limits = Limits(outputBytes: .max, loopSteps: .max, seconds: .infinity)
    let set = TemplateSet(dialect: dialect, loader: ForgivingLoader(partials))
    let program: Program
    do throws(LiquidError) {
      program = try set.compile(TemplateSource(name: name, text: template))
    } catch {
      throw Fault(phase: .parse, error: error)
    }
    var globals = Globals()
    if let data { globals.addMembers(of: data, isStatic: false) }
    var renderer = Renderer(
      set: set, options: RenderOptions(now: now, inlineErrors: printsErrors))
    var output = ByteBuffer(capacity: 4096)
    do throws(LiquidError) {
      try renderer.render(program, globals: globals, into: &output)
    } catch {
      throw Fault(phase: .render, error: error)
    }
    return output.string
  }

  /// Answers a line of a batch.
  static func answer(_ line: ArraySlice<UInt8>) -> String {
    var writer = JSONWriter(capacity: 1024)
    writer.beginObject()
    do throws(InputFault) {
      let (id, work) = try read(line)
      writer.key("id")
      if let id { writer.value(id) } else { writer.null() }
      do throws(Fault) {
        let output = try work.render()
        writer.key("output")
        writer.value(output)
      } catch {
        let cause = error.error
        write(
          error.phase, "\(cause.className): \(cause.fullMessage)", cause.line, cause.column,
          into: &writer)
      }
    } catch {
      writer.key("id")
      writer.null()
      write(.input, error.message, nil, error.column, into: &writer)
    }
    writer.end()
    return writer.finish().string
  }

  private static func write(
    _ phase: Phase, _ message: String, _ line: Int?, _ column: Int?, into writer: inout JSONWriter
  ) {
    writer.key("error")
    writer.beginObject()
    writer.key("phase")
    writer.value(phase.rawValue)
    writer.key("message")
    writer.value(message)
    writer.key("line")
    writer.value(line.map(Int64.init))
    writer.key("column")
    writer.value(column.map(Int64.init))
    writer.end()
  }

  // MARK: Reading

  private struct InputFault: Error {
    var message: String
    var column: Int?
  }

  private static func read(
    _ line: ArraySlice<UInt8>
  ) throws(InputFault) -> (id: TapeValue?, work: LiquidCase) {
    let tape: Tape
    do throws(FormatError) {
      tape = try JSON.parse(Array(line))
    } catch {
      throw InputFault(message: "not JSON: \(error.message)", column: error.column)
    }
    guard tape.value.kind == .object else { throw InputFault(message: "not a JSON object") }
    guard let template = tape.value["template"]?.string else {
      throw InputFault(message: "\"template\" must be a text")
    }
    var work = LiquidCase(template: template, name: "template")
    for (key, value) in tape.value.members {
      switch key {
      case "template": continue
      case "data":
        guard value.kind == .object || value.isNull else {
          throw InputFault(message: "\"data\" must be an object")
        }
        work.data = value.isNull ? nil : value
      case "partials": work.partials = try partials(value)
      case "mode":
        guard let mode = value.string.flatMap(ParserMode.init) else {
          throw InputFault(message: "\"mode\" must be strict2, strict or lax")
        }
        work.mode = mode
      case "now":
        if value.isNull { continue }
        guard let now = value.string.flatMap(Instant.init(rfc3339:)) else {
          throw InputFault(message: "\"now\" must be a time such as 2026-12-01T09:00:00Z")
        }
        work.now = now
      case "inline_errors":
        guard let flag = value.boolean else {
          throw InputFault(message: "\"inline_errors\" must be true or false")
        }
        work.printsErrors = flag
      // A suite may say more of its cases than is asked for here.
      default: continue
      }
    }
    return (tape.value["id"], work)
  }

  private static func partials(_ value: TapeValue) throws(InputFault) -> [(String, String)] {
    guard value.kind == .object || value.isNull else {
      throw InputFault(message: "\"partials\" must be an object of name and text")
    }
    var partials: [(String, String)] = []
    for (name, text) in value.members {
      guard let text = text.string else {
        throw InputFault(message: "the partial \"\(name)\" must be a text")
      }
      partials.append((name, text))
    }
    return partials
  }
}

/// Partials that are found whatever the case of their name and with or without `.liquid`.
private struct ForgivingLoader: TemplateLoader {
  private let texts: [String: String]

  init(_ partials: [(String, String)]) {
    texts = Dictionary(
      partials.map { (Self.key($0.0), $0.1) }, uniquingKeysWith: { first, _ in first })
  }

  func source(named name: String) -> TemplateSource? {
    texts[Self.key(name)].map { TemplateSource(name: name, text: $0) }
  }

  private static func key(_ name: String) -> String {
    let lower = name.lowercased()
    return lower.hasSuffix(".liquid") ? String(lower.dropLast(7)) : lower
  }
}
