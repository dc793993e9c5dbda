import Foundation

/// Does to a ``FileSystemModel`` what a traced process did to the file system beneath `root`.
///
/// The trace is one of `strace -f -xx -s 2000000`: every text in it is in hexadecimal.
struct TraceReplay {
    private final class OpenFile {
        let inode: Int
        var offset = 0
        let isAppending: Bool
        init(_ inode: Int, appending: Bool) {
            self.inode = inode
            isAppending = appending
        }
    }

    struct Unsupported: Error, CustomStringConvertible {
        let call: SystemCall
        var description: String {
            "the model does not know what this does: \(call.name)(\(call.arguments.prefix(200))"
        }
    }

    static let calls =
        "open,openat,creat,close,write,writev,pwrite64,pwritev,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,rename,renameat,"
        + "renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,dup,dup2,dup3,fcntl,lseek,read,pread64,"
        + "copy_file_range,sendfile,mmap,chdir,fchdir,clone,clone3,fork,vfork,execve"

    private let root: String
    private(set) var model: FileSystemModel
    private var open: [Int: [Int: OpenFile]] = [:]
    private var fresh: [Int] = []

    init(root: String, model: FileSystemModel) {
        self.root = root
        self.model = model
    }

    /// True if the call changed what is there, or what is stable of it.
    mutating func replay(_ call: SystemCall) throws -> Bool {
        if open[call.process] == nil {
            open[call.process] = fresh.last.flatMap { open[$0] } ?? [:]
        }
        guard let result = call.result, result >= 0 else { return false }
        let arguments = Self.split(call.arguments)
        switch call.name {
        case "open", "openat", "creat": return try openFile(call, arguments, result)
        case "close": set(nil, call, number(arguments, 0))
        case "dup", "dup2", "dup3": set(file(call, arguments, 0), call, result)
        case "fcntl":
            if arguments.count > 1, arguments[1].hasPrefix("F_DUPFD") {
                set(file(call, arguments, 0), call, result)
            }
        case "lseek": file(call, arguments, 0)?.offset = result
        case "read": file(call, arguments, 0)?.offset += result
        case "write", "writev", "pwrite64", "pwritev": return write(call, arguments, result)
        case "ftruncate":
            guard let file = file(call, arguments, 0) else { return false }
            model.truncate(file.inode, to: number(arguments, 1))
            return true
        case "fallocate":
            guard let file = file(call, arguments, 0), number(arguments, 1) == 0 else { return false }
            let end = number(arguments, 2) + number(arguments, 3)
            if model.data[file.inode]?.count ?? 0 < end { model.truncate(file.inode, to: end) }
            return true
        case "fsync", "fdatasync":
            guard let file = file(call, arguments, 0) else { return false }
            model.sync(file.inode)
            return true
        case "copy_file_range", "sendfile": return try copy(call, arguments, result)
        case "mmap":
            if arguments.count > 4, arguments[3].contains("MAP_SHARED"), arguments[2].contains("PROT_WRITE"),
                file(call, arguments, 4) != nil
            {
                throw Unsupported(call: call)
            }
        case "clone", "clone3", "fork", "vfork": fresh.append(call.process)
        case "chdir", "fchdir", "symlink", "symlinkat", "truncate": throw Unsupported(call: call)
        default: return changeNames(call, arguments)
        }
        return false
    }

    private mutating func set(_ file: OpenFile?, _ call: SystemCall, _ descriptor: Int) {
        open[call.process, default: [:]][descriptor] = file
    }

    private mutating func openFile(_ call: SystemCall, _ arguments: [Substring], _ result: Int) throws -> Bool
    {
        let first = call.name == "openat" ? 1 : 0
        let flags = call.name == "creat" ? "O_CREAT|O_TRUNC" : String(arguments[safe: first + 1] ?? "")
        guard let (directory, name) = place(call, arguments, at: first, hasDirectory: first == 1) else {
            return false
        }
        var changed = false
        var inode = name.isEmpty ? directory : model.inode([name], from: directory)
        if flags.contains("O_TMPFILE") {
            inode = model.makeFile()
        } else if inode == nil, flags.contains("O_CREAT") {
            let made = model.makeFile()
            model.link(made, directory, name)
            inode = made
            changed = true
        }
        guard let inode else { return false }
        if flags.contains("O_TRUNC"), model.data[inode]?.isEmpty == false {
            model.truncate(inode, to: 0)
            changed = true
        }
        set(OpenFile(inode, appending: flags.contains("O_APPEND")), call, result)
        return changed
    }

    private mutating func write(_ call: SystemCall, _ arguments: [Substring], _ result: Int) -> Bool {
        guard let file = file(call, arguments, 0), model.data[file.inode] != nil else { return false }
        let bytes = Self.texts(call.arguments).reduce(into: Data()) { $0.append($1) }.prefix(result)
        if call.name.hasPrefix("p") {
            model.write(file.inode, at: number(arguments, arguments.count - 1), Data(bytes))
        } else {
            if file.isAppending { file.offset = model.data[file.inode]?.count ?? 0 }
            model.write(file.inode, at: file.offset, Data(bytes))
            file.offset += bytes.count
        }
        return true
    }

    /// Bytes that the kernel copies from file to file: only between files that are known.
    private mutating func copy(_ call: SystemCall, _ arguments: [Substring], _ result: Int) throws -> Bool {
        let isRange = call.name == "copy_file_range"
        guard let target = file(call, arguments, isRange ? 2 : 0) else { return false }
        guard let source = file(call, arguments, isRange ? 0 : 1), let bytes = model.data[source.inode],
            arguments[safe: isRange ? 1 : 2] == "NULL", !isRange || arguments[safe: 3] == "NULL"
        else { throw Unsupported(call: call) }
        model.write(target.inode, at: target.offset, Data(bytes.dropFirst(source.offset).prefix(result)))
        source.offset += result
        target.offset += result
        return true
    }

    private mutating func changeNames(_ call: SystemCall, _ arguments: [Substring]) -> Bool {
        let isAt = call.name.contains("at")
        let first = place(call, arguments, at: isAt ? 1 : 0, hasDirectory: isAt)
        switch call.name {
        case "mkdir", "mkdirat":
            guard let (directory, name) = first else { return false }
            let made = model.makeDirectory()
            model.link(made, directory, name)
        case "unlink", "unlinkat", "rmdir":
            guard let (directory, name) = first else { return false }
            model.unlink(directory, name)
        case "rename", "renameat", "renameat2":
            guard let (directory, name) = first, let (other, newName) = second(call, arguments, isAt) else {
                return false
            }
            model.rename(directory, name, to: other, newName)
        case "link", "linkat":
            guard let (directory, name) = second(call, arguments, isAt) else { return false }
            guard let inode = linked(call, arguments) ?? first.flatMap({ model.inode([$0.1], from: $0.0) })
            else { return false }
            model.link(inode, directory, name)
        default: return false
        }
        return true
    }

    private func second(_ call: SystemCall, _ arguments: [Substring], _ isAt: Bool) -> (Int, String)? {
        place(call, arguments, at: isAt ? 3 : 1, hasDirectory: isAt)
    }

    /// A file without a name that gets one: `linkat(fd, "", …, AT_EMPTY_PATH)` or `/proc/self/fd/N`.
    private func linked(_ call: SystemCall, _ arguments: [Substring]) -> Int? {
        guard call.name == "linkat", arguments.count > 1 else { return nil }
        let path = String(decoding: Self.texts(String(arguments[1])).first ?? Data(), as: UTF8.self)
        if path.isEmpty { return file(call, arguments, 0)?.inode }
        guard path.hasPrefix("/proc/self/fd/"), let descriptor = Int(path.dropFirst(14)) else { return nil }
        return open[call.process]?[descriptor]?.inode
    }

    /// The directory and the name in it; an empty name is the directory itself. Nil for what is not beneath
    /// the root.
    private func place(
        _ call: SystemCall, _ arguments: [Substring], at position: Int, hasDirectory: Bool
    ) -> (Int, String)? {
        guard let argument = arguments[safe: position], let text = Self.texts(String(argument)).first else {
            return nil
        }
        let path = String(decoding: text, as: UTF8.self)
        var start = FileSystemModel.root
        var relative = path
        if path.hasPrefix("/") {
            guard path == root || path.hasPrefix(root + "/") else { return nil }
            relative = String(path.dropFirst(root.count + 1))
        } else if hasDirectory, arguments[safe: position - 1]?.hasPrefix("AT_FDCWD") == false {
            guard let directory = file(call, arguments, position - 1) else { return nil }
            start = directory.inode
        }
        var parts = relative.split(separator: "/").map(String.init).filter { $0 != "." }
        guard let name = parts.popLast() else { return (start, "") }
        // Of what is right beneath the root only the Maildir and the spool are of interest.
        if start == FileSystemModel.root, parts.isEmpty, model.inode([name]) == nil { return nil }
        return model.inode(parts, from: start).map { ($0, name) }
    }

    private func file(_ call: SystemCall, _ arguments: [Substring], _ position: Int) -> OpenFile? {
        open[call.process]?[number(arguments, position)]
    }

    private func number(_ arguments: [Substring], _ position: Int) -> Int {
        arguments[safe: position].flatMap { Int($0) } ?? -1
    }

    /// At the commas that are outside of braces, brackets and texts; texts hold no commas, being hexadecimal.
    private static func split(_ arguments: String) -> [Substring] {
        var parts: [Substring] = []
        var depth = 0
        let text = arguments.utf8
        var start = text.startIndex
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ",") where depth == 0:
                parts.append(arguments[start..<index].trimming())
                start = text.index(after: index)
            default: break
            }
        }
        parts.append(arguments[start...].trimming())
        return parts
    }

    /// The texts between quotes, in order.
    private static func texts(_ arguments: String) -> [Data] {
        arguments.split(separator: "\"", omittingEmptySubsequences: false).enumerated().compactMap {
            position, part in
            guard position % 2 == 1 else { return nil }
            return Data(
                part.utf8.split(separator: UInt8(ascii: "\\")).compactMap {
                    UInt8(String(decoding: $0.dropFirst(), as: UTF8.self), radix: 16)
                })
        }
    }
}

extension Substring {
    fileprivate func trimming() -> Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
