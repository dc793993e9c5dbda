import Glibc
import Platform

/// An rspamd(8) of a test's own, without a rule but GTUBE and those that stand here; it ends with the object.
///
/// It asks nobody in the network and keeps nothing outside its folder.
package final class RspamdDaemon {
    package static var isInstalled: Bool { unsafe access(program, X_OK) == 0 }
    private static let program = "/usr/bin/rspamd"

    private let daemon: SpamDaemon
    private let place: Listener.Place
    package var port: UInt16 { place.port }
    package var socket: String { daemon.directory.path("rspamd.sock") }
    /// `checks.rspamd.server`
    package var local: String { "unix:\(socket)" }
    package var network: String { "127.0.0.1:\(port)" }

    /// Words of the subject, and senders, that weigh something: 6 is for a header, 15 for refusal.
    private static let rules = """
        local function rule(name, score, is_hit)
          rspamd_config:register_symbol({ name = name, score = score, callback = is_hit })
        end
        local function subject(word)
          return function(task) return (task:get_subject() or ''):find(word, 1, true) ~= nil end
        end
        rule('CHEAP', 2.5, subject('cheap'))
        rule('DEAR', 7.5, subject('dear'))
        rule('FRIEND', -1.5, subject('friend'))
        rule('FOE', 20, function(task)
          local sender = task:get_from('smtp')
          return sender ~= nil and sender[1] ~= nil and sender[1].addr == 'foe@evil.example'
        end)

        """

    /// - Parameter options: more lines of the section `options`.
    package init(options: [String] = []) throws {
        place = try Listener.Place()
        let directory = try TemporaryDirectory()
        try directory.makeDirectory("home")
        let path = { directory.path($0) }
        try directory.write("rules.lua", Self.rules)
        // What comes with the package takes seconds to be compiled.
        try directory.write("tld", "com\nexample\nnet\norg\n")
        try directory.write(
            "rspamd.conf",
            """
            options {
              filters = "";
              tempdir = "\(directory.path)";
              url_tld = "\(path("tld"))";
              hs_cache_dir = "\(directory.path)";
              control_socket = "\(path("control.sock")) mode=0600";
              gtube_patterns = "all";
              disable_hyperscan = true;
              \(options.joined(separator: "\n"))
              dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1; retransmits = 1; }
            }
            logging { type = "console"; level = "info"; color = false; }
            actions { reject = 15; add_header = 6; greylist = 4; }
            worker "normal" {
              bind_socket = "127.0.0.1:\(place.port)";
              bind_socket = "\(path("rspamd.sock")) mode=0666";
              count = 1;
              mime = true;
              task_timeout = 60s;
            }
            lang_detection { languages = "/nonexistent"; }
            lua = "\(path("rules.lua"))";

            """)
        daemon = SpamDaemon(
            directory, [Self.program, "--no-fork", "--insecure", "--config=\(path("rspamd.conf"))"],
            sockets: [path("rspamd.sock")], place: place)
        try daemon.start()
    }

    package func start() throws { try daemon.start() }

    package func stop() { daemon.stop() }

    /// Has it stand still, with all connections that come, or go on.
    package func freeze(_ isSo: Bool) { daemon.freeze(isSo) }

    /// What it wrote.
    package var output: String { daemon.output }
}
