using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>A certificate authority that only tests trust, and its certificate for this machine's loopback address.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private readonly X509Certificate2 _root;

    public CertificateAuthority()
    {
        using var rootKey = RSA.Create(2048);
        var root = new CertificateRequest("CN=Authority of a test", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = root.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=mail.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1]);
        Certificate = issued.CopyWithPrivateKey(key);

        File = Path.GetTempFileName();
        System.IO.File.WriteAllText(File, _root.ExportCertificatePem());
    }

    /// <summary>The server's certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The path of the PEM file with the authority's own certificate.</summary>
    public string File { get; }

    /// <summary>The authority's own certificate.</summary>
    public X509Certificate2Collection Roots => [_root];

    public void Dispose()
    {
        Certificate.Dispose();
        _root.Dispose();
        System.IO.File.Delete(File);
    }
}
