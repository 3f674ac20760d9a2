using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Plomba.Registry.PushWorker;

/// <summary>What was acknowledged, one line each, written only after the acknowledgement: it survives the process.</summary>
internal sealed class Acknowledgements(string path) : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
    private readonly Lock _lock = new();
    private long _length;

    public void Add(string line)
    {
        var bytes = Encoding.ASCII.GetBytes(line + "\n");
        lock (_lock)
        {
            RandomAccess.Write(_file, bytes, _length);
            _length += bytes.Length;
        }
    }

    public void Dispose() => _file.Dispose();
}
