using System.Diagnostics.CodeAnalysis;

namespace MariosPizzeria.Contracts;

/// <summary>What an operation gives: a value, or the fault for which it was refused. Both convert to it implicitly.</summary>
public readonly record struct Outcome<T>
{
    private Outcome(T? value, Fault? fault) => (Value, Fault) = (value, fault);

    /// <summary>The result; set when <see cref="Succeeded"/>.</summary>
    public T? Value { get; }

    /// <summary>The reason for the refusal; null when it succeeded.</summary>
    public Fault? Fault { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool Succeeded => Fault is null;

    public static implicit operator Outcome<T>(T value) => new(value, fault: null);

    public static implicit operator Outcome<T>(Fault fault) => new(default, fault);

    /// <summary>The value carried on, or the same fault.</summary>
    public Outcome<TOther> Select<TOther>(Func<T, TOther> selector) => Succeeded ? selector(Value) : Fault;

    /// <summary>The value.</summary>
    /// <exception cref="RefusedException">It was refused.</exception>
    public T OrThrow() => Succeeded ? Value : throw new RefusedException(Fault);
}

/// <summary>An operation was refused where nobody is there to be told the fault.</summary>
public sealed class RefusedException : InvalidOperationException
{
    /// <summary>The message has the fault's slug and detail.</summary>
    public RefusedException(Fault fault)
        : base($"{fault.Slug}: {fault.Detail}") => Fault = fault;

    /// <summary>Why it was refused.</summary>
    public Fault Fault { get; }
}
