import Foundation
import Testing

/// Python's `email` package, as a reader that shares nothing with ours.
enum IndependentReader {
    static let program = "/usr/bin/python3"
    static var exists: Bool { FileManager.default.isExecutableFile(atPath: program) }

    /// A part as it was read.
    struct Part: Decodable {
        let type: String
        let parameters: [String: String]
        let encoding: String?
        let description: String?
        let defects: [String]
        /// Base64: the body byte for byte.
        let body: String
        /// The blocks of fields of a status part.
        let blocks: [[[String]]]?

        var bytes: [UInt8] { Data(base64Encoded: body).map(Array.init) ?? [] }
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    struct Reading: Decodable {
        let type: String
        let parameters: [String: String]
        let defects: [String]
        let fields: [[String]]
        let hasASCIIHeader: Bool
        let from: [String]
        let to: [String]
        /// Seconds since the epoch.
        let date: Int
        let parts: [Part]
        /// Of a message of one part.
        let text: String?

        func values(_ name: String) -> [String] {
            fields.filter { $0.first == name }.compactMap(\.last)
        }
    }

    private static let script = """
        import base64, email, email.policy, email.utils, json, re, sys
        policy = email.policy.SMTPUTF8.clone(raise_on_defect=False)
        def header(raw):
            return email.message_from_string(raw.decode("utf-8", "replace").replace("\\r\\n", "\\n"), policy=policy)
        def split(raw):
            m = re.search(rb"\\r?\\n\\r?\\n", raw)
            if raw[:1] in b"\\r\\n": return b"", raw.lstrip(b"\\r").removeprefix(b"\\n")
            return (raw[:m.start()] + b"\\n", raw[m.end():]) if m else (raw, b"")
        def part(raw, parsed):
            head, body = split(raw)
            h = header(head)
            kind = h.get_content_type()
            blocks = None
            if kind.endswith("delivery-status"):
                blocks = []
                for block in re.split(rb"(?:\\r?\\n){2,}", body.strip(b"\\r\\n")):
                    f = header(block + b"\\n\\n")
                    if f.defects or f.get_payload(): blocks.append([["DEFECT", str(f.defects) + f.get_payload()]])
                    else: blocks.append([[k, str(v)] for k, v in f.items()])
                if kind == "message/delivery-status":
                    theirs = [[[k, str(v)] for k, v in b.items()] for b in parsed.get_payload() if b.items()]
                    if theirs != blocks: blocks.append([["DIFFERENT", json.dumps(theirs)]])
            return {"type": kind, "parameters": dict(h.get_params()[1:]) if "content-type" in h else {},
                "encoding": h.get("content-transfer-encoding"), "description": h.get("content-description"),
                "defects": [str(d) for d in list(h.defects) + list(parsed.defects)],
                "body": base64.b64encode(body).decode(), "blocks": blocks}
        def read(data):
            m = email.message_from_bytes(data, policy=policy)
            head, body = split(data)
            h = header(head)
            defects = [str(d) for d in m.defects] + [str(d) for v in h.values() for d in v.defects]
            # What it says of every address of RFC 6532.
            defects = [d for d in defects if not d.startswith("local-part contains non-ASCII")]
            parts = []
            if m.is_multipart():
                boundary = re.escape(m.get_boundary().encode())
                found = re.split(rb"(?:^|\\r?\\n)--" + boundary + rb"(?:--)?\\r?\\n", body)
                children = m.get_payload()
                if len(found) != len(children) + 2: defects.append("%d parts by hand" % (len(found) - 2))
                if found[-1]: defects.append("epilogue")
                parts = [part(r, p) for r, p in zip(found[1:-1], children)]
            return {"type": h.get_content_type(), "parameters": dict(h.get_params()[1:]), "defects": defects,
                "fields": [[k, str(v)] for k, v in h.items()], "hasASCIIHeader": head.isascii(),
                "from": [a.addr_spec for a in h["from"].addresses], "to": [a.addr_spec for a in h["to"].addresses],
                "date": int(h["date"].datetime.timestamp()), "parts": parts,
                "text": None if parts else m.get_payload(decode=True).decode("utf-8", "replace")}
        answers = []
        while True:
            length = sys.stdin.buffer.read(10)
            if not length: break
            answers.append(read(sys.stdin.buffer.read(int(length))))
        json.dump(answers, sys.stdout)
        """

    static func read(_ message: [UInt8]) throws -> Reading {
        try #require(try read([message]).first)
    }

    static func read(_ messages: [[UInt8]]) throws -> [Reading] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-c", script]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        for message in messages {
            let digits = String(message.count)
            let length = String(repeating: "0", count: 10 - digits.count) + digits
            try input.fileHandleForWriting.write(contentsOf: Data(length.utf8) + Data(message))
        }
        try input.fileHandleForWriting.close()
        let json = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try JSONDecoder().decode([Reading].self, from: json)
    }
}
