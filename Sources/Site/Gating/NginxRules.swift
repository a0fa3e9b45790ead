/// Rules for nginx 1.22 and later: maps and a server for its `http` context.
///
/// The cookie is taken apart by maps, checked by `secure_link`, and the answer chooses the root. There is
/// one decision, and everything that is not a valid cookie of a tier is the public root; no location
/// names a private folder, so that no path, escape or query can reach one.
struct NginxRules: EdgeDialect {
  func rules(_ edge: EdgeRules, keyFile: String) -> String {
    let name = edge.cookieName
    let tiers = edge.tiers.map(\.key).joined(separator: "|")
    let shape =
      "^(?<\(name)_t>\(tiers))\\.(?<\(name)_e>[0-9]{10})\\.(?<\(name)_h>[A-Za-z0-9_-]{22})$"
    let roots = edge.tiers.map { "  \"1:\($0.key)\" \($0.root);" }.joined(separator: "\n")
    let audiences = edge.tiers.map { "  \"1:\($0.key)\" private;" }.joined(separator: "\n")
    return """
      # Made by `trumeau tier edge-rules --for nginx` for the storefront \(edge.storefront); include it in
      # the http context. It holds no keys. Make it again where tiers, their gating or folders change.

      # The cookie is TIER.EXPIRES.SIGNATURE; anything else is no cookie.
      map $cookie_\(name) $\(name)_tier {
        default "";
        "~\(shape)" $\(name)_t;
      }
      map $cookie_\(name) $\(name)_expires {
        default "";
        "~\(shape)" $\(name)_e;
      }
      map $cookie_\(name) $\(name)_signature {
        default "";
        "~\(shape)" $\(name)_h;
      }

      # $\(name)_key, by tier.
      include \(keyFile);

      # The one decision: only a signature that is right and has not expired opens a tier's folder.
      map "$secure_link:$\(name)_tier" $\(name)_root {
        default \(edge.publicRoot);
      \(roots)
      }
      map "$secure_link:$\(name)_tier" $\(name)_audience {
        default public;
      \(audiences)
      }
      map "$\(name)_audience:$uri" $\(name)_cache {
        default "private, no-cache";
        "~^public:/assets/" "public, max-age=31536000, immutable";
        "~^public:" "public, max-age=60";
      }

      server {
        listen \(edge.listen);
        server_name \(edge.host);

        secure_link "$\(name)_signature,$\(name)_expires";
        secure_link_md5 "$secure_link_expires|\(edge.storefront)|$\(name)_tier|$\(name)_key";

        root $\(name)_root;
        index index.html;
        absolute_redirect off;
        error_page 404 /404.html;
        # Pages of two roots may agree in time and size, which is all that these would compare.
        etag off;
        if_modified_since off;
        add_header Cache-Control $\(name)_cache always;
        add_header Vary Cookie always;
        add_header X-Content-Type-Options nosniff always;

        location / { try_files $uri $uri/ =404; }
        location = /404.html { internal; }
        # What only servers read, and files that begin with a point.
        location ~ ^/_[^/]*$ { return 404; }
        location ~ /\\. { return 404; }
        # These have the same bytes in every root that has them.
        location ^~ /assets/ { etag on; if_modified_since exact; try_files $uri =404; }
        location ^~ \(edge.mediaBase) { etag on; if_modified_since exact; try_files $uri =404; }
        # These are for machines, and public alone.
        location ~ ^/(robots\\.txt|sitemap\\.xml|sitemaps/[^/]+|feeds/.+)$ {
          root \(edge.publicRoot);
          try_files $uri =404;
        }
      }

      """
  }

  func keys(_ edge: EdgeRules, _ keys: [TierKeys]) -> String {
    let name = edge.cookieName
    let lines = keys.map { "  \($0.tier) \"\(TierKeys.letters($0.key))\";" }
      .joined(separator: "\n")
    return """
      # Keys of the storefront \(edge.storefront), made by `trumeau tier edge-rules`. Whoever reads this
      # can sign cookies: mode 600, and in no repository.
      map $\(name)_tier $\(name)_key {
        default "";
      \(lines)
      }

      """
  }
}
