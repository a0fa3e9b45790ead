import CCurl
import CGlue

extension Transport {
  /// Our kind and words for a result of libcurl. libcurl's own longer message is not used: it may
  /// quote header fields.
  static func explain(
    _ result: CURLcode, _ easy: UnsafeMutableRawPointer
  ) -> (HTTPError.Code, String) {
    switch result {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      return (.unreachable, "the host name has no address")
    case CURLE_COULDNT_CONNECT:
      var number = 0
      glue_curl_get_long(easy, CURLINFO_OS_ERRNO, &number)
      return number == 111  // ECONNREFUSED on Linux
        ? (.refused, "nothing listens there (connection refused)")
        : (.unreachable, "cannot connect")
    case CURLE_OPERATION_TIMEDOUT:
      return (.timedOut, "no answer in time")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED:
      return (.tls, "no secure connection: \(String(cString: curl_easy_strerror(result)))")
    case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING,
      CURLE_HTTP2, CURLE_HTTP2_STREAM:
      return (.broken, "the connection broke before the answer was whole")
    case CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL,
      CURLE_HTTP_RETURNED_ERROR:
      return (.malformed, "what came is not an HTTP answer")
    case CURLE_URL_MALFORMAT:
      return (.invalidRequest, "the address cannot be read")
    case CURLE_WRITE_ERROR, CURLE_ABORTED_BY_CALLBACK:
      return (.aborted, "the reader of the answer stopped")
    default:
      return (.broken, String(cString: curl_easy_strerror(result)))
    }
  }
}
