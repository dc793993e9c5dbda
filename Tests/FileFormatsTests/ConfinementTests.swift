import FileFormats
import Glibc
import Platform
import Testing

/// Each test confines a process of its own, which is thrown away.
@Suite("Confinement")
struct ConfinementTests {
    @Test("whoever only computes comes to the end")
    func computes() async {
        await #expect(processExitsWith: .exitCode(7)) {
            try confine()
            var words: [String: Int] = [:]
            for number in 0..<20_000 { words["word \(number)", default: 0] += number }
            // Larger than what malloc takes from the heap, and moved when it grows.
            var large: [UInt8] = []
            for _ in 0..<200 { large.append(contentsOf: [UInt8](repeating: 1, count: 50_000)) }
            guard words.count == 20_000, large.count == 10_000_000, ProcessorTime.milliseconds >= 0,
                !Deadline(milliseconds: 1000).hasPassed, Host.random() != Host.random()
            else { leave(1) }
            StandardStream.write(Array("done\n".utf8), to: 2)
            leave(7)
        }
    }

    @Test("types are recognised and archives read without a file")
    func reads() async {
        await #expect(processExitsWith: .exitCode(7)) {
            var recognition = try TypeRecognition()
            ArchiveReader.prepareForConfinement()
            try confine()
            let archive = ArchiveBuilder.rar5([("ä.txt", Array("text".utf8))])
            guard recognition.type(of: archive.span) == "application/x-rar" else { leave(1) }
            var reader = try ArchiveReader(SharedBytes(archive))
            guard let entry = try reader.next(), entry.name == Array("ä.txt".utf8),
                try reader.read(upTo: 100) == Array("text".utf8), try reader.next() == nil
            else { leave(2) }
            leave(7)
        }
    }

    @Test("a socket is the end")
    func socket() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try confine()
            _ = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
            leave(0)
        }
    }

    @Test("a process is the end")
    func process() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try confine()
            var child: pid_t = 0
            var words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("/bin/true"), nil]
            _ = unsafe posix_spawn(&child, "/bin/true", nil, nil, &words, nil)
            leave(0)
        }
    }

    @Test("a thread is the end")
    func thread() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try confine()
            var thread = pthread_t()
            _ = unsafe pthread_create(&thread, nil, { _ in nil }, nil)
            leave(0)
        }
    }

    @Test("a program is the end")
    func program() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try confine()
            var words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("/bin/true"), nil]
            _ = unsafe execv("/bin/true", &words)
            leave(0)
        }
    }

    @Test("a signal to anybody is the end", arguments: [0, 9])
    func signals(_ number: CInt) async {
        await #expect(processExitsWith: .signal(SIGSYS)) { [number] in
            try confine()
            _ = kill(getppid(), number)
            leave(0)
        }
    }

    @Test("memory that is run is the end")
    func code() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            let page = unsafe mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            try confine()
            _ = unsafe mprotect(page, 4096, PROT_READ | PROT_EXEC)
            leave(0)
        }
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try confine()
            _ = unsafe mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            leave(0)
        }
    }

    @Test("memory that is shared, and would not count, is the end")
    func sharedMemory() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try confine()
            _ = unsafe mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
            leave(0)
        }
    }

    @Test("reading what is open, and writing anywhere but to the standard streams, is the end")
    func descriptors() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try confine()
            var octet: UInt8 = 0
            _ = unsafe read(0, &octet, 1)
            leave(0)
        }
        await #expect(processExitsWith: .signal(SIGSYS)) {
            let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: 1)
            try confine()
            try file.write([1], path: "")
            leave(0)
        }
        await #expect(processExitsWith: .signal(SIGSYS)) {
            let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: 1)
            try confine()
            _ = dup2(file.raw, 1)
            leave(0)
        }
    }

    @Test("changing and removing files is the end")
    func changes() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try confine()
            _ = unsafe unlink("/tmp/nothing")
            leave(0)
        }
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try confine()
            _ = unsafe rename("/tmp/nothing", "/tmp/nowhere")
            leave(0)
        }
    }

    @Test("no file is opened: the C library, which looks for its own, finds none")
    func files() async {
        await #expect(processExitsWith: .exitCode(7)) {
            try confine()
            for path in ["/etc/passwd", "/proc/self/maps", "/tmp", "/etc/localtime"] {
                guard (try? OwnedFileDescriptor(reading: path)) == nil, errno == EACCES,
                    (try? FileStatus.of(path)) == nil
                else { leave(1) }
            }
            leave(7)
        }
    }

    @Test("the rights of others are not to be had")
    func rights() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            try confine()
            _ = setuid(0)
            leave(0)
        }
    }

    @Test("more memory is not to be had")
    func memory() async {
        await #expect(processExitsWith: .exitCode(7)) {
            try confine(memory: 256 << 20)
            // A process of tests has some of its own already.
            guard let small = unsafe malloc(8 << 20) else { leave(1) }
            unsafe memset(small, 1, 8 << 20)
            guard unsafe malloc(256 << 20) == nil else { leave(2) }
            leave(7)
        }
    }

    @Test("who needs more memory all the same is ended")
    func tooMuchMemory() async {
        await #expect(processExitsWith: .failure) {
            try confine(memory: 256 << 20)
            var octets = [UInt8](repeating: 1, count: 1 << 20)
            for _ in 0..<10 { octets += octets }
            leave(0)
        }
    }

    @Test("a file that is only read does not count as memory")
    func mapping() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: 512 << 20)
            try file.truncate(to: 512 << 20, path: "")
            let bytes = try SharedBytes(mapping: file, count: 512 << 20, path: "")
            try confine(memory: 256 << 20)
            var array: [UInt8] = []
            array.append(contentsOf: [UInt8](repeating: 1, count: 8 << 20))
            leave(bytes.count == 512 << 20 && array.count == 8 << 20 ? 7 : 1)
        }
    }

    @Test("who takes more of the processor's time than is allowed dies of SIGPROF")
    func time() async {
        await #expect(processExitsWith: .signal(SIGPROF)) {
            try confine(milliseconds: 50)
            var sum = 0
            let end = ProcessorTime.milliseconds + 10_000
            while ProcessorTime.milliseconds < end { sum &+= 1 }
            leave(CInt(truncatingIfNeeded: sum & 1))
        }
    }

    @Test("a parent that ignored and blocked the signal does not lengthen the time")
    func ignoredSignal() async {
        await #expect(processExitsWith: .signal(SIGPROF)) {
            _ = signal(SIGPROF, SIG_IGN)
            var set = sigset_t()
            unsafe sigfillset(&set)
            unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
            try confine(milliseconds: 50)
            let end = ProcessorTime.milliseconds + 10_000
            while ProcessorTime.milliseconds < end {}
            leave(0)
        }
    }
}

private func confine(memory: Int = 1 << 30, milliseconds: Int = 20_000) throws {
    try Confinement.enter(Confinement.Limits(memory: memory, milliseconds: milliseconds))
}
