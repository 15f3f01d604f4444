using MariosPizzeria.Simulation.Scheduling;

namespace MariosPizzeria.Simulation.World;

/// <summary>The operations of a process with effects outside it; mishaps can happen around each of them.</summary>
internal enum Operation
{
    Read,
    Write,
    Cache,
    Claim,
    Publish,
    Settle,
    Deliver,
    Acknowledge,
    Call,
    Answer,
    Charge,
    Mail,
}

/// <summary>A fault.</summary>
internal enum Mishap
{
    None,

    /// <summary>The process dies, and the operation has no effect.</summary>
    DieBefore,

    /// <summary>The process dies, after the operation has had its effect.</summary>
    DieAfter,

    /// <summary>The operation is delayed before its effect.</summary>
    Late,

    /// <summary>The operation has its effect, and the answer is delayed.</summary>
    LateAnswer,

    /// <summary>The process is suspended for a while before the operation.</summary>
    Sleep,

    /// <summary>The operation fails without an answer and has no effect.</summary>
    Refuse,

    /// <summary>The operation has its effect, and the answer is lost.</summary>
    LoseAnswer,

    /// <summary>The operation is confirmed and has no effect.</summary>
    Lose,

    /// <summary>The operation has its effect twice.</summary>
    Twice,
}

/// <summary>
/// Decides the mishaps of a seed. Each depends only on the seed, the operation, its subject and how often this operation on this subject
/// happened before. So removing one mishap leaves the others unchanged, and a failing run can be shortened.
/// </summary>
/// <param name="seed">The seed of the world.</param>
/// <param name="allowed">The only mishaps and deeds that may happen; null for all of the seed.</param>
internal sealed class FaultPlan(ulong seed, IReadOnlySet<ulong>? allowed)
{
    // Per thousand operations, for a seed that has this mishap with factor 1.
    private static readonly (Operation Operation, Mishap Mishap, double PerThousand)[] Usual =
    [
        (Operation.Read, Mishap.DieBefore, 0.3),
        (Operation.Read, Mishap.LateAnswer, 10),
        (Operation.Read, Mishap.Sleep, 0.5),
        (Operation.Read, Mishap.Refuse, 1),
        (Operation.Write, Mishap.DieBefore, 3),
        (Operation.Write, Mishap.DieAfter, 4),
        (Operation.Write, Mishap.Late, 15),
        (Operation.Write, Mishap.LateAnswer, 10),
        (Operation.Write, Mishap.Sleep, 3),
        (Operation.Write, Mishap.Refuse, 4),
        (Operation.Write, Mishap.LoseAnswer, 4),
        (Operation.Cache, Mishap.DieBefore, 2),
        (Operation.Cache, Mishap.DieAfter, 2),
        (Operation.Cache, Mishap.Late, 8),
        (Operation.Cache, Mishap.Sleep, 2),
        (Operation.Cache, Mishap.Refuse, 10),
        (Operation.Cache, Mishap.LoseAnswer, 5),
        (Operation.Claim, Mishap.DieAfter, 2),
        (Operation.Claim, Mishap.Sleep, 2),
        (Operation.Publish, Mishap.DieBefore, 3),
        (Operation.Publish, Mishap.DieAfter, 3),
        (Operation.Publish, Mishap.Late, 15),
        (Operation.Publish, Mishap.LateAnswer, 10),
        (Operation.Publish, Mishap.Refuse, 10),
        (Operation.Publish, Mishap.LoseAnswer, 10),
        (Operation.Publish, Mishap.Lose, 8),
        (Operation.Publish, Mishap.Twice, 20),
        (Operation.Settle, Mishap.DieBefore, 4),
        (Operation.Settle, Mishap.Refuse, 4),
        (Operation.Deliver, Mishap.Late, 40),
        (Operation.Deliver, Mishap.Twice, 20),
        (Operation.Deliver, Mishap.DieBefore, 2),
        (Operation.Acknowledge, Mishap.DieBefore, 5),
        (Operation.Acknowledge, Mishap.DieAfter, 2),
        (Operation.Acknowledge, Mishap.Late, 10),
        (Operation.Call, Mishap.DieBefore, 2),
        (Operation.Call, Mishap.Late, 15),
        (Operation.Call, Mishap.Refuse, 10),
        (Operation.Answer, Mishap.DieBefore, 5),
        (Operation.Answer, Mishap.LateAnswer, 15),
        (Operation.Answer, Mishap.LoseAnswer, 15),
        (Operation.Charge, Mishap.Late, 30),
        (Operation.Charge, Mishap.Refuse, 40),
        (Operation.Charge, Mishap.LoseAnswer, 60),
        (Operation.Mail, Mishap.Late, 30),
        (Operation.Mail, Mishap.Refuse, 40),
        (Operation.Mail, Mishap.LoseAnswer, 10),
        (Operation.Mail, Mishap.DieBefore, 3),
        (Operation.Mail, Mishap.DieAfter, 3),
    ];

    private static readonly double[] Factors = [0, 0, 0.3, 1, 3];

    private readonly (Mishap Mishap, double Below)[][] _thresholds = Thresholds(seed);
    private readonly Dictionary<ulong, uint> _seen = [];

    /// <summary>Whether mishaps can happen at this time.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>The keys of the mishaps and deeds that happened, in order.</summary>
    public List<ulong> Happened { get; } = [];

    /// <summary>Whether this seed has a mishap in any operation.</summary>
    public bool Has(Mishap mishap) => FactorOf(seed, mishap) > 0;

    /// <summary>Returns the mishap of the next operation on a subject, and a key from which its details are derived.</summary>
    public (Mishap Mishap, ulong Key) Next(Operation operation, string subject)
    {
        if (!IsOpen)
        {
            return (Mishap.None, 0);
        }

        var what = SeededRandom.Mix(SeededRandom.Hash(subject), (ulong)operation);
        _seen[what] = _seen.GetValueOrDefault(what) + 1;
        var key = SeededRandom.Mix(SeededRandom.Mix(seed, what), _seen[what]);
        var drawn = SeededRandom.ToUnit(key);
        foreach (var (mishap, below) in _thresholds[(int)operation])
        {
            if (drawn < below)
            {
                return Allow(key) ? (mishap, key) : (Mishap.None, 0);
            }
        }

        return (Mishap.None, 0);
    }

    /// <summary>Whether an optional event of the outside world is to happen.</summary>
    public bool Allow(ulong key)
    {
        if (allowed is not null && !allowed.Contains(key))
        {
            return false;
        }

        Happened.Add(key);
        return true;
    }

    /// <summary>Derives a duration from a mishap's key: mostly short, rarely long.</summary>
    public static TimeSpan Length(ulong key, double mostSeconds)
    {
        var drawn = SeededRandom.ToUnit(SeededRandom.Mix(key, 7));
        return TimeSpan.FromMilliseconds(Math.Ceiling(1000 * mostSeconds * drawn * drawn * drawn) + 1);
    }

    private static double FactorOf(ulong seed, Mishap mishap) =>
        Factors[SeededRandom.Mix(SeededRandom.Mix(seed, 2), (ulong)mishap) % (ulong)Factors.Length];

    private static (Mishap, double)[][] Thresholds(ulong seed)
    {
        var thresholds = new (Mishap, double)[Enum.GetValues<Operation>().Length][];
        foreach (var operation in Enum.GetValues<Operation>())
        {
            var sum = 0.0;
            thresholds[(int)operation] =
            [
                .. Usual
                    .Where(usual => usual.Operation == operation && FactorOf(seed, usual.Mishap) > 0)
                    .Select(usual => (usual.Mishap, sum += usual.PerThousand / 1000 * FactorOf(seed, usual.Mishap))),
            ];
        }

        return thresholds;
    }
}
