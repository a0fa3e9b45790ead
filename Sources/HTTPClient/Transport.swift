import CCurl
import CGlue
import Synchronization

/// A multi handle with its easy handles and connections.
///
/// `@unchecked Sendable`: `HTTPClient` hands a transport to one caller at a time, under its lock.
final class Transport: @unchecked Sendable {
  private let multi: UnsafeMutableRawPointer
  private var spare: [UnsafeMutableRawPointer] = []

  private static let library: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  init() {
    precondition(Self.library == CURLE_OK, "libcurl starts")
    guard let made = curl_multi_init() else { preconditionFailure("libcurl has memory") }
    multi = made
  }

  deinit {
    for easy in spare { curl_easy_cleanup(easy) }
    curl_multi_cleanup(multi)
  }

  /// A transfer whose easy handle is in the multi handle.
  private struct Running {
    let transfer: Transfer
    let easy: UnsafeMutableRawPointer
    let headers: UnsafeMutablePointer<curl_slist>?
  }

  /// Runs all transfers to their end, in order of the array, at most `concurrency` at a time.
  func run(_ transfers: [Transfer], concurrency: Int, configuration: HTTPClient.Configuration) {
    glue_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, concurrency)
    var waiting = transfers[...]
    var running: [Running] = []
    while true {
      if configuration.isCancelled() {
        for transfer in waiting { transfer.fail(.aborted, "interrupted") }
        for entry in running { entry.transfer.fail(.aborted, "interrupted") }
        waiting = []
        for entry in running { end(entry, reusable: false) }
        return
      }
      while running.count < concurrency, let next = waiting.popFirst() {
        if let entry = begin(next, configuration) { running.append(entry) }
      }
      if running.isEmpty { return }
      var active: Int32 = 0
      curl_multi_perform(multi, &active)
      collect(&running, configuration)
      if !running.isEmpty, active > 0 { curl_multi_poll(multi, nil, 0, 250, nil) }
    }
  }

  /// Takes in the transfers that have ended.
  private func collect(_ running: inout [Running], _ configuration: HTTPClient.Configuration) {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      let result = glue_curl_message_result(message)
      guard result >= 0,
        let place = running.firstIndex(where: { $0.easy == message.pointee.easy_handle })
      else { continue }
      let entry = running.remove(at: place)
      let transfer = entry.transfer
      if result != 0 {
        let (code, text) = Self.explain(CURLcode(UInt32(result)), entry.easy)
        transfer.fail(code, text)
      } else if transfer.isRedirect, let next = target(of: entry) {
        end(entry, reusable: true)
        transfer.url = next
        transfer.redirects += 1
        transfer.startOver()
        if let again = begin(transfer, configuration) { running.append(again) }
        continue
      }
      end(entry, reusable: result == 0)
    }
  }

  /// Where a redirect leads, or nil after the transfer has been failed because it must not be
  /// followed.
  private func target(of entry: Running) -> String? {
    var text: UnsafePointer<CChar>?
    guard glue_curl_get_string(entry.easy, CURLINFO_REDIRECT_URL, &text) == CURLE_OK, let text
    else { return nil }
    let next = String(cString: text)
    let transfer = entry.transfer
    guard transfer.redirects < 5 else {
      transfer.fail(.redirected, "the server redirects in circles")
      return nil
    }
    guard let old = Origin(transfer.url), let new = Origin(next), old == new else {
      transfer.fail(
        .redirected,
        "the server redirects to \(HTTPError.withoutSecrets(next)), where credentials are not sent; "
          + "use that address in the settings if it is right")
      return nil
    }
    return next
  }

  /// Puts a transfer on its way; nil where it could not be sent, which it then says.
  private func begin(_ transfer: Transfer, _ configuration: HTTPClient.Configuration) -> Running? {
    let request = transfer.request
    guard let origin = Origin(transfer.url) else {
      transfer.fail(.invalidRequest, "the address is not an http or https address")
      return nil
    }
    for (name, value) in request.headers.fields {
      let isClean = (name + value).utf8.allSatisfy { $0 != 0 && $0 != 0x0A && $0 != 0x0D }
      guard isClean, !name.isEmpty else {
        transfer.fail(.invalidRequest, "a header field has a line break in it")
        return nil
      }
    }
    guard let easy = spare.popLast() ?? curl_easy_init() else {
      transfer.fail(.invalidRequest, "no memory for a request")
      return nil
    }
    var headers: UnsafeMutablePointer<curl_slist>?
    for (name, value) in request.headers.fields {
      headers = curl_slist_append(headers, value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    headers = curl_slist_append(headers, "Expect:")
    let entry = Running(transfer: transfer, easy: easy, headers: headers)
    Self.prepare(entry, origin, configuration)
    curl_multi_add_handle(multi, easy)
    return entry
  }

  private static func prepare(
    _ entry: Running, _ origin: Origin, _ configuration: HTTPClient.Configuration
  ) {
    let easy = entry.easy
    let request = entry.transfer.request
    let context = Unmanaged.passUnretained(entry.transfer).toOpaque()
    glue_curl_set_string(easy, CURLOPT_URL, entry.transfer.url)
    glue_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    glue_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    glue_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
    glue_curl_set_long(easy, CURLOPT_PIPEWAIT, 1)
    glue_curl_set_long(easy, CURLOPT_BUFFERSIZE, 256 << 10)
    glue_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, request.patience.connectMs)
    glue_curl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1)
    glue_curl_set_long(easy, CURLOPT_LOW_SPEED_TIME, request.patience.stallSeconds)
    glue_curl_set_long(easy, CURLOPT_TIMEOUT_MS, request.patience.totalMs)
    glue_curl_set_string(easy, CURLOPT_ACCEPT_ENCODING, request.acceptsCompression ? "" : nil)
    glue_curl_set_string(easy, CURLOPT_USERAGENT, configuration.userAgent)
    if let file = configuration.certificateFile {
      glue_curl_set_string(easy, CURLOPT_CAINFO, file)
    }
    if origin.isLoopback { glue_curl_set_string(easy, CURLOPT_PROXY, "") }
    glue_curl_set_pointer(easy, CURLOPT_HTTPHEADER, entry.headers)
    glue_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    glue_curl_set_data_callback(easy, CURLOPT_HEADERFUNCTION, Callbacks.header)
    glue_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
    glue_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION, Callbacks.body)
    if let body = request.body {
      glue_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count))
      body.withUnsafeBytes {
        _ = glue_curl_set_pointer(
          easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
      }
    }
    if request.method == "HEAD" {
      glue_curl_set_long(easy, CURLOPT_NOBODY, 1)
    } else if request.method != "GET" || request.body != nil {
      glue_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
    }
  }

  private func end(_ entry: Running, reusable: Bool) {
    curl_multi_remove_handle(multi, entry.easy)
    curl_slist_free_all(entry.headers)
    if reusable {
      curl_easy_reset(entry.easy)
      spare.append(entry.easy)
    } else {
      curl_easy_cleanup(entry.easy)
    }
  }
}

/// What libcurl calls back. Plain functions: a closure made elsewhere could be bound to an actor.
enum Callbacks {
  static let header: glue_curl_data_callback = { data, size, count, context in
    Callbacks.deliver(data, size * count, context) { $0.receiveHeader($1) }
  }

  static let body: glue_curl_data_callback = { data, size, count, context in
    Callbacks.deliver(data, size * count, context) { $0.receiveBody($1) }
  }

  /// Hands bytes to the transfer; any other answer than their count ends it.
  private static func deliver(
    _ data: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
    _ receive: (Transfer, UnsafeRawBufferPointer) -> Bool
  ) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let wanted = receive(transfer, UnsafeRawBufferPointer(start: data, count: count))
    return wanted ? count : -1
  }
}
