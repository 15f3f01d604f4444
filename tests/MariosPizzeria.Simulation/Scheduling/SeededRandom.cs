namespace MariosPizzeria.Simulation.Scheduling;

/// <summary>A random number generator with the same sequence on every machine (SplitMix64, Steele, Lea and Flood 2014).</summary>
internal sealed class SeededRandom(ulong seed)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    public ulong Next() => Scramble(_state += Gamma);

    /// <summary>Returns a number from 0 inclusive to the bound exclusive.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>Returns a number from 0 inclusive to 1 exclusive.</summary>
    public double NextDouble() => ToUnit(Next());

    /// <summary>Combines two numbers; the same input gives the same result.</summary>
    public static ulong Mix(ulong one, ulong other) => Scramble((one * Gamma) ^ (other + Gamma + (one << 6) + (one >> 2)));

    /// <summary>Hashes a text; the result is the same in every process.</summary>
    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return hash;
    }

    /// <summary>Maps a number to the range from 0 inclusive to 1 exclusive.</summary>
    public static double ToUnit(ulong number) => (number >> 11) * (1.0 / (1UL << 53));

    /// <summary>Makes an id of version 8 from a number; no other code makes ids of that version.</summary>
    public static Guid ToId(ulong number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Scramble(number));
        BitConverter.TryWriteBytes(bytes[8..], Scramble(number + Gamma));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }

    private static ulong Scramble(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
