import Bytes
import CMicroHTTPD
import Glibc
import Machine
import Synchronization

/// The daemon of libmicrohttpd and what its callbacks share. The only file that calls the library.
final class ServerCore: Sendable {
  /// A handle of the library.
  ///
  /// `@unchecked Sendable`: the library locks its daemon, and a suspended connection is resumed
  /// exactly once, which it allows from any thread.
  struct Handle: @unchecked Sendable { let pointer: OpaquePointer }

  private struct State {
    var daemon: Handle?
    var running = 0
    var isStopping = false
    var promises: [ObjectIdentifier: DeferredResponse] = [:]
  }

  let configuration: HTTPServer.Configuration
  let handler: @Sendable (Request) -> Response
  private let state = Mutex(State())

  init(
    configuration: HTTPServer.Configuration, handler: @escaping @Sendable (Request) -> Response
  ) {
    self.configuration = configuration
    self.handler = handler
  }

  func start(_ listener: Int32) throws(HTTPServerError) {
    // The daemon does not retain its context: the core lives at least until `stop` returns.
    let context = Unmanaged.passUnretained(self).toOpaque()
    let argument = OpaquePointer(context)
    let onTarget: MHDCallbacks.TargetCallback = MHDCallbacks.target
    let onCompletion: MHD_RequestCompletedCallback = MHDCallbacks.completed
    let flags =
      MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_USE_ITC.rawValue
      | MHD_USE_SUSPEND_RESUME.rawValue
    let options: [any CVarArg] = [
      MHD_OPTION.LISTEN_SOCKET.rawValue, listener,
      MHD_OPTION.THREAD_POOL_SIZE.rawValue, UInt32(max(configuration.threadCount, 1)),
      MHD_OPTION.CONNECTION_LIMIT.rawValue, UInt32(max(configuration.connectionLimit, 4)),
      MHD_OPTION.CONNECTION_TIMEOUT.rawValue, UInt32(max(configuration.timeoutSeconds, 0)),
      MHD_OPTION.CONNECTION_MEMORY_LIMIT.rawValue, 65_536,
      MHD_OPTION.URI_LOG_CALLBACK.rawValue, unsafeBitCast(onTarget, to: OpaquePointer.self),
      argument,
      MHD_OPTION.NOTIFY_COMPLETED.rawValue,
      unsafeBitCast(onCompletion, to: OpaquePointer.self), argument,
      MHD_OPTION.END.rawValue,
    ]
    let daemon = withVaList(options) {
      MHD_start_daemon_va(flags, 0, nil, nil, MHDCallbacks.access, context, $0)
    }
    guard let daemon else {
      close(listener)
      throw HTTPServerError(code: .failed, message: "the HTTP daemon does not start")
    }
    let handle = Handle(pointer: daemon)
    state.withLock { $0.daemon = handle }
  }

  /// Lets requests that have begun come to their end, answers others that they are too late, and ends.
  ///
  /// The library is not asked to stop listening first: its `MHD_quiesce_daemon` and its own threads may both
  /// take the listener out of epoll, and the library aborts the program where the second one does not
  /// find it.
  func stop(withinSeconds seconds: Int) {
    let taken: Handle? = state.withLock { state in
      guard let daemon = state.daemon, !state.isStopping else { return nil }
      state.isStopping = true
      return daemon
    }
    guard let daemon = taken else { return }
    completePromises()
    let end = SystemTime.monotonicSeconds + Double(seconds)
    while state.withLock({ $0.running }) > 0, SystemTime.monotonicSeconds < end {
      usleep(5000)
      completePromises()
    }
    completePromises()
    // Suspended connections must be resumed before the daemon may be stopped.
    while state.withLock({ !$0.promises.isEmpty }) { usleep(1000) }
    MHD_stop_daemon(daemon.pointer)
    state.withLock { $0.daemon = nil }
  }

  private func completePromises() {
    let waiting = state.withLock { Array($0.promises.values) }
    for promise in waiting { promise.complete(Self.stopping) }
  }

  /// What is answered from the beginning of the end on.
  static let stopping = Response(
    status: 503, contentType: "text/plain; charset=utf-8", text: "Stopping\n")

  /// Whether no request is begun any more.
  var isStopping: Bool { state.withLock { $0.isStopping } }

  func began() { state.withLock { $0.running += 1 } }

  func ended() { state.withLock { $0.running -= 1 } }

  /// Lets a connection wait for its promised answer.
  func suspend(_ connection: OpaquePointer, for promise: DeferredResponse) {
    MHD_suspend_connection(connection)
    let handle = Handle(pointer: connection)
    let isStopping = state.withLock { state in
      state.promises[ObjectIdentifier(promise)] = promise
      return state.isStopping
    }
    promise.whenComplete { [self] in
      MHD_resume_connection(handle.pointer)
      state.withLock { _ = $0.promises.removeValue(forKey: ObjectIdentifier(promise)) }
    }
    if isStopping { completePromises() }
  }
}

/// One request from its first line to the end of its answer. Only the thread that serves its
/// connection touches it.
final class Exchange {
  let target: String
  let begin = SystemTime.monotonicSeconds
  var request: Request?
  var method = ""
  var headers = Headers()
  var body: [UInt8] = []
  var bodyCount = 0
  var hasBegun = false
  var promise: DeferredResponse?
  var status = 0

  init(target: String) { self.target = target }
}

/// The callbacks of the library: plain functions, because a closure here could be taken for one
/// of the main actor.
enum MHDCallbacks {
  typealias TargetCallback =
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) ->
    UnsafeMutableRawPointer?

  /// Called with the request target before anything else; what it returns is the request's own
  /// context and is freed in `completed`.
  static let target: TargetCallback = { context, uri, _ in
    guard let context, let uri else { return nil }
    Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue().began()
    return Unmanaged.passRetained(Exchange(target: String(cString: uri))).toOpaque()
  }

  static let completed: MHD_RequestCompletedCallback = { context, _, slot, _ in
    guard let context, let held = slot?.pointee else { return }
    slot?.pointee = nil
    let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    let exchange = Unmanaged<Exchange>.fromOpaque(held).takeRetainedValue()
    core.ended()
    core.configuration.log?(
      HTTPServer.LogEntry(
        method: exchange.method, target: exchange.target, status: exchange.status,
        microseconds: Int((SystemTime.monotonicSeconds - exchange.begin) * 1_000_000)))
  }

  static let access: MHD_AccessHandlerCallback = {
    context, connection, _, method, _, upload, uploadCount, slot in
    guard let context, let connection, let method, let uploadCount, let held = slot?.pointee
    else { return .NO }
    let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    let exchange = Unmanaged<Exchange>.fromOpaque(held).takeUnretainedValue()
    if let promise = exchange.promise {
      guard let response = promise.take() else { return .YES }
      exchange.promise = nil
      return MHDAnswer.queue(response, exchange, connection)
    }
    let limit = core.configuration.bodyLimit
    if !exchange.hasBegun {
      exchange.hasBegun = true
      exchange.method = String(cString: method)
      readHeaders(of: connection, into: exchange)
      if core.isStopping { return MHDAnswer.queue(ServerCore.stopping, exchange, connection) }
      let declared = exchange.headers["Content-Length"].flatMap { Int($0) } ?? 0
      // A body a little too large is read and dropped, so that its sender sees the answer.
      if declared > max(limit * 4, 8 << 20) {
        return MHDAnswer.queue(core.configuration.tooLarge(request(exchange)), exchange, connection)
      }
      return .YES
    }
    if uploadCount.pointee > 0 {
      exchange.bodyCount += uploadCount.pointee
      if exchange.bodyCount <= limit, let upload {
        exchange.body.append(
          contentsOf: UnsafeRawBufferPointer(start: upload, count: uploadCount.pointee))
      }
      uploadCount.pointee = 0
      return exchange.bodyCount > max(limit * 8, 64 << 20) ? .NO : .YES
    }
    if exchange.bodyCount > limit {
      exchange.body = []
      return MHDAnswer.queue(core.configuration.tooLarge(request(exchange)), exchange, connection)
    }
    let response = core.handler(request(exchange))
    if case .deferred(let promise) = response.body {
      exchange.promise = promise
      core.suspend(connection, for: promise)
      return .YES
    }
    return MHDAnswer.queue(response, exchange, connection)
  }

  private static func request(_ exchange: Exchange) -> Request {
    Request(
      method: exchange.method, target: exchange.target, headers: exchange.headers,
      body: exchange.body)
  }

  private static func readHeaders(of connection: OpaquePointer, into exchange: Exchange) {
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    MHD_get_connection_values_n(
      connection, .HEADER_KIND,
      { context, _, name, nameCount, value, valueCount in
        guard let context, let name else { return .NO }
        let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        exchange.headers.add(
          String(decoding: UnsafeRawBufferPointer(start: name, count: nameCount), as: UTF8.self),
          String(decoding: UnsafeRawBufferPointer(start: value, count: valueCount), as: UTF8.self))
        return .YES
      }, context)
  }
}

/// Answers as the library wants them.
enum MHDAnswer {
  static func queue(
    _ response: Response, _ exchange: Exchange, _ connection: OpaquePointer
  ) -> MHD_Result {
    guard let made = make(response.body) else { return .NO }
    defer { MHD_destroy_response(made) }
    for (name, value) in response.headers.fields {
      MHD_add_response_header(made, name, value)
    }
    exchange.status = response.status
    return MHD_queue_response(connection, UInt32(response.status), made)
  }

  private static func make(_ body: Response.Body) -> OpaquePointer? {
    switch body {
    case .none, .deferred:
      return MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
    case .bytes(let bytes):
      return bytes.withUnsafeBytes {
        // The library only reads, and copies before this returns.
        MHD_create_response_from_buffer(
          $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
      }
    case .file(let slice):
      if slice.count == 0 { return make(.none) }
      let descriptor = slice.file.duplicate()
      guard descriptor >= 0 else { return nil }
      let made = MHD_create_response_from_fd_at_offset64(
        UInt64(slice.count), descriptor, UInt64(slice.offset))
      if made == nil { close(descriptor) }
      return made
    case .stream(let produce):
      let source = StreamSource(produce)
      return MHD_create_response_from_callback(
        UInt64.max, 65_536, StreamSource.read, Unmanaged.passRetained(source).toOpaque(),
        StreamSource.free)
    }
  }
}

/// What a streamed answer still has to send. Only the thread that serves its connection touches
/// it.
final class StreamSource {
  private let produce: @Sendable (inout ByteBuffer) throws -> Bool
  private var pending = ByteBuffer(capacity: 65_536)
  private var sent = 0
  private var hasMore = true

  init(_ produce: @escaping @Sendable (inout ByteBuffer) throws -> Bool) {
    self.produce = produce
  }

  static let read: MHD_ContentReaderCallback = { context, _, room, count in
    guard let context, let room else { return -1 }
    return Unmanaged<StreamSource>.fromOpaque(context).takeUnretainedValue()
      .fill(UnsafeMutableRawBufferPointer(start: room, count: count))
  }

  static let free: MHD_ContentReaderFreeCallback = { context in
    guard let context else { return }
    Unmanaged<StreamSource>.fromOpaque(context).release()
  }

  /// Bytes put into `room`; -1 at the end, -2 where the answer must be cut.
  private func fill(_ room: UnsafeMutableRawBufferPointer) -> Int {
    while sent == pending.count {
      guard hasMore else { return -1 }
      pending.removeAll()
      sent = 0
      do { hasMore = try produce(&pending) } catch { return -2 }
    }
    let count = min(room.count, pending.count - sent)
    pending.withBytes { bytes in
      room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[sent..<(sent + count)]))
    }
    sent += count
    return count
  }
}
