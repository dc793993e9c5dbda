import Platform
import TestSupport
import Testing

@testable import MailTransport

/// Side by side with postsrsd and python3-srs: what one host makes, the other one takes.
@Suite struct SenderRewritingPeerTests {
    private let temporary: TemporaryDirectory
    private static let domain = "forwarder.example"
    private static let secrets = ["p\u{e4}ssword one", "another, older"]
    private let ours = SenderRewriting(
        secrets: Self.secrets.map { Array($0.utf8) }, maximumAge: 21 * 86_400)

    init() throws {
        temporary = try TemporaryDirectory()
        try temporary.write("secrets", Self.secrets.joined(separator: "\n") + "\n", permissions: 0o600)
        try temporary.write("peer.py", Self.driver)
    }

    /// Asks a peer once for each line of `questions`: `forward ADDRESS` or `reverse ADDRESS`. Gives its answers, with
    /// nothing in the place of a refusal.
    private func ask(_ peer: String, _ questions: [String]) throws -> [String] {
        let places = [try Listener.Place(), try Listener.Place()]
        let program = ChildProcess(
            path: "/usr/bin/python3",
            arguments: [temporary.path("peer.py"), peer, temporary.path("secrets"), Self.domain]
                + places.map { "\($0.port)" })
        let input = SharedBytes(Array((questions.joined(separator: "\n") + "\n").utf8))
        let result = try program.run(
            head: [], body: input.span, outputLimit: 1 << 20, milliseconds: 120_000)
        let output = String(decoding: result.output, as: UTF8.self)
        try #require(result.ending == .exited(0), "\(output)")
        return output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// Addresses of all kinds, none of which needs quotes: a table of postsrsd's has no way to write these.
    private static func addresses(_ count: Int) -> [SenderRewriting.Address] {
        var random = SeededGenerator(seed: 4)
        let letters = Array("abcdefghijXYZ0123456789=+-_.!#$&'*/?^{}~".utf8)
        return (0..<count).map { number in
            var local = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                letters.randomElement(using: &random) ?? 0x61
            }
            local = Array("u\(number)".utf8) + local
            let prefix = [
                "", "", "", "SRS0=", "SRS0+", "SRS1=hash=host.example==", "SRS1=HHHH=a.example=-", "srs0-",
            ]
            let tag = prefix.randomElement(using: &random) ?? ""
            return .init(
                localPart: tag + String(decoding: local, as: UTF8.self), domain: "d\(number % 7).Example.net")
        }
    }

    private func original(_ local: String) -> String? {
        (try? ours.original(of: local, at: WallTime.now().seconds)).map { "\($0.localPart)@\($0.domain)" }
    }

    /// The address with `SRS0`, where it was rewritten before: what an SRS1 leads back to has that in capitals.
    private static func expected(_ address: SenderRewriting.Address) -> String {
        let local = address.localPart
        guard SenderRewriting.isRewritten(local) else { return "\(local)@\(address.domain)" }
        if local.hasPrefix("SRS1") {
            let parts = local.split(separator: "=", maxSplits: 3, omittingEmptySubsequences: false)
            let opaque = local.dropFirst(parts[0...2].reduce(3) { $0 + $1.count })
            return "SRS0\(opaque)@\(parts[2])"
        }
        return "SRS0\(local.dropFirst(4))@\(address.domain)"
    }

    @Test("what is rewritten here is the peer's own, to the letter", arguments: ["postsrsd", "python3-srs"])
    func same(peer: String) throws {
        let addresses = Self.addresses(300)
        let answers = try ask(peer, addresses.map { "forward \($0.localPart)@\($0.domain)" })
        try #require(answers.count == addresses.count)
        let now = WallTime.now().seconds
        for (address, answer) in zip(addresses, answers) {
            // A day may have begun in between.
            let own = [now, now - 60].map { ours.rewritten(address, at: $0) + "@" + Self.domain }
            #expect(own.contains(answer), "\(address) \(answer)")
        }
    }

    @Test("what the peer has rewritten leads back here", arguments: ["postsrsd", "python3-srs"])
    func theirs(peer: String) throws {
        let addresses = Self.addresses(300)
        let answers = try ask(peer, addresses.map { "forward \($0.localPart)@\($0.domain)" })
        try #require(answers.count == addresses.count)
        for (address, answer) in zip(addresses, answers) {
            let local = String(answer.dropLast(Self.domain.count + 1))
            #expect(original(local) == Self.expected(address))
            #expect(original(local.lowercased()) == original(local)?.folded ?? "", "\(local)")
        }
    }

    @Test(
        "what was rewritten here leads back there, in small letters too",
        arguments: ["postsrsd", "python3-srs"])
    func ours(peer: String) throws {
        let addresses = Self.addresses(200)
        let older = SenderRewriting(secrets: [Array(Self.secrets[1].utf8)], maximumAge: 21 * 86_400)
        let now = WallTime.now().seconds
        let rewritten =
            addresses.map { ours.rewritten($0, at: now) + "@" + Self.domain }
            + addresses.map { older.rewritten($0, at: now - 20 * 86_400) + "@" + Self.domain }
        let answers = try ask(peer, rewritten.map { "reverse \($0)" })
        try #require(answers.count == rewritten.count)
        for (address, answer) in zip(addresses + addresses, answers) {
            #expect(answer == Self.expected(address))
        }
        let folded = try ask(peer, rewritten.map { "reverse \($0.lowercased())" })
        for (address, answer) in zip(addresses + addresses, folded) {
            #expect(answer.lowercased() == Self.expected(address).lowercased())
        }
    }

    @Test("what is refused here is refused there", arguments: ["postsrsd", "python3-srs"])
    func refused(peer: String) throws {
        let now = WallTime.now().seconds
        let foreign = SenderRewriting(secrets: [Array("guess".utf8)], maximumAge: 21 * 86_400)
        let address = SenderRewriting.Address(localPart: "ann", domain: "example.net")
        let locals = [
            foreign.rewritten(address, at: now), ours.rewritten(address, at: now - 30 * 86_400),
            "SRS0=abcd", "SRS1=abcd=x", "ann",
        ]
        for local in locals { #expect(original(local) == nil) }
        #expect(
            try ask(peer, locals.map { "reverse \($0)@\(Self.domain)" })
                == locals.map { _ in "" })
    }

    /// Speaks with either peer; postsrsd is started, and stopped by its process identifier.
    private static let driver = """
        import socket, subprocess, sys, time
        peer, secrets, domain = sys.argv[1:4]
        ports = [int(word) for word in sys.argv[4:6]]
        questions = [line.rstrip("\\n").split(" ", 1) for line in sys.stdin]

        def table():
            server = subprocess.Popen(["/usr/sbin/postsrsd", "-s" + secrets, "-d" + domain, "-l127.0.0.1", "-4",
                "-f%d" % ports[0], "-r%d" % ports[1]], stdin=subprocess.DEVNULL)
            try:
                files = {}
                for verb, number in zip(("forward", "reverse"), ports):
                    end = time.monotonic() + 60
                    while True:
                        try:
                            stream = socket.create_connection(("127.0.0.1", number), 60)
                            break
                        except OSError:
                            if server.poll() is not None or time.monotonic() > end: raise
                            time.sleep(0.02)
                    files[verb] = stream.makefile("rwb", 0)
                for verb, address in questions:
                    files[verb].write(b"get " + address.encode() + b"\\n")
                    answer = files[verb].readline().decode().split()
                    print(answer[1] if answer[0] == "200" else "")
            finally:
                server.kill()
                server.wait()

        def library():
            import SRS
            # It tells of every hash whose case was changed.
            sys.stderr = open("/dev/null", "w")
            srs = SRS.new(secret=[line for line in open(secrets, encoding="utf-8").read().split("\\n") if line],
                maxage=21, hashlength=4, hashmin=4, separator="=", alwaysrewrite=True)
            for verb, address in questions:
                try:
                    print(srs.forward(address, domain) if verb == "forward" else srs.reverse(address))
                except Exception:
                    print("")

        table() if peer == "postsrsd" else library()
        """
}

extension String {
    /// As a host that folds case has it, with the tag that is written here.
    fileprivate var folded: String {
        let small = lowercased()
        return small.hasPrefix("srs0") ? "SRS0" + small.dropFirst(4) : small
    }
}
