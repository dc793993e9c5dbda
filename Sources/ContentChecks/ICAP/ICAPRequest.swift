/// The heads of the requests that a service is given.
struct ICAPRequest {
    let service: ICAPService

    /// Asks what it offers (RFC 3507 §4.10).
    var options: [UInt8] { Array(start("OPTIONS", ["Encapsulated: null-body=0"]).utf8) }

    /// Up to the body, which is a message (RFC 3507 §4.8.1, §4.9.1). `Allow: 204` spares the message's way
    /// back.
    ///
    /// - Parameters:
    ///   - count: octets of the message.
    ///   - preview: octets of it that come first; nil for all.
    func modify(_ method: ICAPOptions.Method, count: Int, preview: Int?) -> [UInt8] {
        // A name that is nobody's (RFC 2606 §2): nothing was fetched from anywhere.
        let host = "postmaster.invalid"
        let verb = method == .respmod ? "GET" : "PUT"
        let body = "Content-Type: message/rfc822\r\nContent-Length: \(count)\r\n\r\n"
        let request =
            "\(verb) http://\(host)/message.\(ICAPOptions.fileExtension) HTTP/1.1\r\nHost: \(host)\r\n"
            + (method == .respmod ? "\r\n" : body)
        let response = method == .respmod ? "HTTP/1.1 200 OK\r\n" + body : ""
        let end = request.utf8.count + response.utf8.count
        let encapsulated =
            method == .respmod
            ? "req-hdr=0, res-hdr=\(request.utf8.count), res-body=\(end)" : "req-hdr=0, req-body=\(end)"
        var fields = ["Allow: 204", "Encapsulated: \(encapsulated)"]
        if let preview { fields.insert("Preview: \(preview)", at: 1) }
        return Array((start(method.rawValue, fields) + request + response).utf8)
    }

    private func start(_ method: String, _ fields: [String]) -> String {
        let lines =
            ["\(method) \(service.text) ICAP/1.0", "Host: \(service.address.text)", "User-Agent: Postmaster"]
            + fields
        return lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    /// The line before a chunk.
    static func chunk(_ count: Int) -> [UInt8] { Array("\(String(count, radix: 16))\r\n".utf8) }

    /// Behind the last chunk.
    static var end: [UInt8] { Array("0\r\n\r\n".utf8) }

    /// Behind a preview that is the whole message (RFC 3507 §4.5).
    static var endOfAll: [UInt8] { Array("0; ieof\r\n\r\n".utf8) }
}
