using System.Xml.Linq;
using MariosPizzeria.ProcessHost.Commands;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Tests.Machine;

/// <summary>Host and build agree on which Aspire they look for.</summary>
public sealed class AspireAvailabilityTests
{
    [Fact]
    public void The_version_is_the_one_that_the_build_would_take()
    {
        var root = Checkout.Find().Root;
        var declared = XDocument.Load(Path.Combine(root, "Aspire.props")).Descendants("AspireVersion").Single().Value;

        AspireAvailability.WantedVersion(root).ShouldBe(Environment.GetEnvironmentVariable("AspireVersion") ?? declared);
    }
}
