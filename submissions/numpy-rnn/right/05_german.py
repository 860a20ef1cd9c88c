"""Abgabe Blatt 5: einfaches rekurrentes Netz."""
import numpy as np
from course_utils import softmax as weichmax


def rnn_cell_forward(x, h_prev, p):
    eingang = p["Wx"] @ x
    rueckfuehrung = p["Wh"] @ h_prev
    zustand = np.tanh(eingang + rueckfuehrung + p["b"])
    ausgabe = weichmax(p["Wy"] @ zustand + p["by"], axis=0)
    zwischenspeicher = (zustand, h_prev, x, p)
    return zustand, ausgabe, zwischenspeicher


def rnn_forward(x, h0, p):
    anzahl_schritte = x.shape[2]
    alle_zustaende = []
    alle_ausgaben = []
    speicherliste = []
    zustand = h0
    schritt = 0
    while schritt < anzahl_schritte:
        zustand, ausgabe, speicher = rnn_cell_forward(x[:, :, schritt], zustand, p)
        alle_zustaende.append(zustand[:, :, np.newaxis])
        alle_ausgaben.append(ausgabe[:, :, np.newaxis])
        speicherliste.append(speicher)
        schritt += 1
    return np.concatenate(alle_zustaende, 2), np.concatenate(alle_ausgaben, 2), speicherliste


def ableitung_tanh(wert):
    return 1 - wert**2


def rnn_cell_backward(dh, cache):
    zustand, vorher, eingabe, gewichte = cache
    fehler = ableitung_tanh(zustand) * dh
    summe = fehler.sum(axis=1)
    return {
        "dx": gewichte["Wx"].T @ fehler,
        "dh_prev": gewichte["Wh"].T @ fehler,
        "dWx": fehler @ eingabe.T,
        "dWh": fehler @ vorher.T,
        "db": summe[:, np.newaxis],
    }


def rnn_backward(dh_all, caches):
    schritte = len(caches)
    summen = {"dWx": 0, "dWh": 0, "db": 0}
    dx_liste = [None] * schritte
    uebertrag = np.zeros(dh_all[:, :, 0].shape)
    for zeit in range(schritte - 1, -1, -1):
        ableitungen = rnn_cell_backward(dh_all[:, :, zeit] + uebertrag, caches[zeit])
        for name in summen:
            summen[name] = summen[name] + ableitungen[name]
        dx_liste[zeit] = ableitungen["dx"]
        uebertrag = ableitungen["dh_prev"]
    ergebnis = dict(summen)
    ergebnis["dx"] = np.stack(dx_liste, axis=2)
    ergebnis["dh0"] = uebertrag
    return ergebnis


def clip(gradients, limit):
    begrenzt = {}
    for name, feld in gradients.items():
        begrenzt[name] = np.clip(feld, a_min=-limit, a_max=limit)
    return begrenzt
