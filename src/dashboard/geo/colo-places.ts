/**
 * Where Cloudflare's data centres are, by the code in `cf.colo`: the airport that each is named after, to a tenth of a degree
 * (about 11 km). Positions are those of OurAirports, which are in the public domain, and the city's where there is no such airport (any
 * more). A code that is not here has no arc on the map, and is told by name.
 */
const PLACES = `
AAE 36.8 7.8, ABJ 5.3 -3.9, ABQ 35 -106.6, ACC 5.6 -0.2, ADB 38.3 27.2, ADL -34.9 138.5, AKL -37 174.8,
ALA 43.4 77, ALG 36.7 3.2, AMD 23.1 72.6, AMM 31.7 36, AMS 52.3 4.8, ANC 61.2 -150, ARI -18.3 -70.3,
ARN 59.7 17.9, ARU -21.1 -50.4, ASK 6.9 -5.4, ASU -25.2 -57.5, ATH 37.9 23.9, ATL 33.6 -84.4, AUS 30.2 -97.7,
BAH 26.3 50.6, BAQ 10.9 -74.8, BBI 20.2 85.8, BCN 41.3 2.1, BEG 44.8 20.3, BEL -1.4 -48.5, BEY 33.8 35.5,
BGI 13.1 -59.5, BGR 44.8 -68.8, BGW 33.3 44.2, BHY 21.5 109.3, BKK 13.7 100.7, BLR 13.2 77.7, BNA 36.1 -86.7,
BNE -27.4 153.1, BNU -26.8 -49.1, BOD 44.8 -0.7, BOG 4.7 -74.1, BOM 19.1 72.9, BOS 42.4 -71, BRU 50.9 4.5,
BSB -15.9 -47.9, BSR 30.5 47.7, BTS 48.2 17.2, BUD 47.4 19.3, BUF 42.9 -78.7, BWN 4.9 114.9, CAI 30.1 31.4,
CAN 23.4 113.3, CAW -21.7 -41.3, CBR -35.3 149.2, CCU 22.7 88.4, CDG 49 2.5, CEB 10.3 124, CFC -26.8 -50.9,
CGB -15.7 -56.1, CGD 28.9 111.6, CGK -6.1 106.7, CGO 34.5 113.8, CGP 22.2 91.8, CGY 8.6 124.5, CHC -43.5 172.5,
CKG 29.7 106.7, CLE 41.4 -81.8, CLT 35.2 -80.9, CMB 7.2 79.9, CMH 40 -82.9, CNF -19.6 -44, CNN 11.9 75.5,
CNX 18.8 99, COK 10.2 76.4, COR -31.3 -64.2, CPH 55.6 12.7, CPT -34 18.6, CRK 15.2 120.6, CSX 28.2 113.2,
CTU 30.6 103.9, CWB -25.5 -49.2, CZX 31.9 119.8, DAC 23.8 90.4, DAD 16 108.2, DAR -6.9 39.2, DEL 28.6 77.1,
DEN 39.9 -104.7, DFW 32.9 -97, DKR 14.7 -17.5, DLC 39 121.5, DME 55.4 37.9, DMM 26.5 49.8, DOH 25.3 51.6,
DPS -8.7 115.2, DTW 42.2 -83.4, DUB 53.4 -6.3, DUR -29.6 31.1, DUS 51.3 6.8, DXB 25.3 55.4, EBB 0 32.4,
EBL 36.2 44, EDI 56 -3.4, EVN 40.1 44.4, EWR 40.7 -74.2, EZE -34.8 -58.5, FCO 41.8 12.3, FIH -4.4 15.4,
FLN -27.7 -48.6, FOC 25.9 119.7, FOR -3.8 -38.5, FRA 50 8.6, FSD 43.6 -96.7, FUK 33.6 130.5, FUO 23.1 113.1,
GBE -24.6 25.9, GDL 20.5 -103.3, GEO 6.5 -58.3, GIG -22.8 -43.3, GND 12 -61.8, GOT 57.7 12.3, GRU -23.4 -46.5,
GUA 14.6 -90.5, GUM 13.5 144.8, GVA 46.2 6.1, GYD 40.5 50, GYE -2.2 -79.9, GYN -16.6 -49.2, HAK 19.9 110.5,
HAM 53.6 10, HAN 21.2 105.8, HBA -42.8 147.5, HEL 60.3 25, HFA 32.8 35, HFE 32 117, HGH 30.2 120.4,
HKG 22.3 113.9, HNL 21.3 -157.9, HRE -17.9 31.1, HYD 17.2 78.4, HYN 28.6 121.4, IAD 38.9 -77.5, IAH 30 -95.3,
ICN 37.5 126.5, IND 39.7 -86.3, ISB 33.5 72.8, IST 41.3 28.7, ISU 35.6 45.3, ITJ -26.9 -48.7, IXC 30.7 76.8,
JAX 30.5 -81.7, JDO -7.2 -39.3, JED 21.7 39.2, JHB 1.6 103.7, JIB 11.5 43.2, JNB -26.1 28.2, JOG -7.8 110.4,
JOI -26.2 -48.8, JSR 23.2 89.2, JXG 30.7 120.7, KBP 50.3 30.9, KEF 64 -22.6, KGL -2 30.1, KHH 22.6 120.3,
KHI 24.9 67.2, KHN 28.9 115.9, KIN 17.9 -76.8, KIV 46.9 28.9, KIX 34.4 135.2, KJA 56.2 92.5, KLD 56.8 35.8,
KMG 25.1 102.9, KNU 26.4 80.4, KTM 27.7 85.4, KUL 2.7 101.7, KWE 26.5 106.8, KWI 29.2 48, LAD -8.9 13.2,
LAS 36.1 -115.2, LAX 33.9 -118.4, LCA 34.9 33.6, LED 59.8 30.3, LHE 31.5 74.4, LHR 51.5 -0.5, LHW 36.5 103.6,
LIM -12 -77.1, LIS 38.8 -9.1, LLK 38.7 48.8, LOS 6.6 3.3, LPB -16.5 -68.2, LUX 49.6 6.2, LYS 45.7 5.1,
MAA 13 80.2, MAD 40.5 -3.6, MAN 53.3 -2.3, MAO -3 -60, MBA -4 39.6, MCI 39.3 -94.7, MCT 23.6 58.3, MDE 6.2 -75.4,
MDL 21.7 96, MEL -37.7 144.8, MEM 35 -90, MEX 19.4 -99.1, MFE 26.2 -98.2, MFM 22.1 113.6, MGM 32.3 -86.4,
MIA 25.8 -80.3, MLE 4.2 73.5, MNL 14.5 121, MPM -25.9 32.6, MRS 43.4 5.2, MRU -20.4 57.7, MSP 44.9 -93.2,
MSQ 53.9 28, MUC 48.4 11.8, MXP 45.6 8.7, NAG 21.1 79, NBO -1.3 36.9, NJF 32 44.4, NNG 22.6 108.2, NOU -22 166.2,
NQN -38.9 -68.2, NQZ 51 71.5, NRT 35.8 140.4, NVT -26.9 -48.7, OKA 26.2 127.6, OKC 35.4 -97.6, OMA 41.3 -95.9,
ORD 42 -87.9, ORF 36.9 -76.2, ORK 51.8 -8.5, ORN 35.6 -0.6, OSL 60.2 11.1, OTP 44.6 26.1, OUA 12.4 -1.5,
PAT 25.6 85.1, PBH 27.4 89.4, PBM 5.5 -55.2, PDX 45.6 -122.6, PER -31.9 116, PHL 39.9 -75.2, PHX 33.4 -112,
PIT 40.5 -80.2, PKX 39.5 116.4, PMO 38.2 13.1, PMW -10.3 -48.4, PNH 11.5 104.8, POA -30 -51.2, POS 10.6 -61.3,
PPT -17.6 -149.6, PRG 50.1 14.3, PTY 9.1 -79.4, QRO 20.6 -100.2, QWJ -22.8 -47.3, RAO -21.1 -47.8,
RDU 35.9 -78.8, REC -8.1 -34.9, RGN 16.9 96.1, RIC 37.5 -77.3, RIX 56.9 24, RUH 25 46.7, RUN -20.9 55.5,
SAN 32.7 -117.2, SAT 29.5 -98.5, SCL -33.4 -70.8, SDQ 18.4 -69.7, SEA 47.4 -122.3, SFO 37.6 -122.4,
SGN 10.8 106.7, SHA 31.2 121.3, SIN 1.4 104, SJC 37.4 -121.9, SJK -23.2 -45.9, SJO 10 -84.2, SJP -20.8 -49.4,
SJU 18.4 -66, SJW 38.3 114.7, SKG 40.5 23, SKP 42 21.6, SLC 40.8 -112, SMF 38.7 -121.6, SOD -23.5 -47.5,
SOF 42.7 23.4, SSA -12.9 -38.3, STI 19.4 -70.6, STL 38.7 -90.4, STR 48.7 9.2, SUV -18 178.6, SVX 56.7 60.8,
SYD -33.9 151.2, SZX 22.6 113.8, TAO 36.4 120.1, TAS 41.3 69.3, TBS 41.7 45, TGU 14.1 -87.2, TIA 41.4 19.7,
TLH 30.4 -84.4, TLL 59.4 24.8, TLV 32 34.9, TNA 36.9 117.2, TNR -18.8 47.5, TPA 28 -82.5, TPE 25.1 121.2,
TSN 39.1 117.3, TUN 36.9 10.2, TXL 52.6 13.3, TYN 37.7 112.6, UDI -18.9 -48.2, UIO -0.1 -78.4, ULN 47.8 106.8,
URT 9.1 99.1, VCP -23 -47.1, VIE 48.1 16.6, VIX -20.3 -40.3, VNO 54.6 25.3, VTE 18 102.6, WAW 52.2 21,
WDH -22.5 17.5, WHU 31.4 118.4, XAP -27.1 -52.7, XFN 32.2 112.3, XIY 34.4 108.8, XNH 30.9 46.1, XNN 36.5 102,
YHZ 44.9 -63.5, YOW 45.3 -75.7, YUL 45.5 -73.7, YVR 49.2 -123.2, YWG 49.9 -97.2, YXE 52.2 -106.7, YYC 51.1 -114,
YYZ 43.7 -79.6, ZAG 45.7 16.1, ZDM 31.9 35.2, ZGN 22.5 113.4, ZRH 47.5 8.5
`;

export interface Position {
  /** Degrees, north positive. */
  readonly latitude: number;
  /** Degrees, east positive. */
  readonly longitude: number;
}

const COLOS: ReadonlyMap<string, Position> = new Map(
  PLACES.trim()
    .split(/,\s+/)
    .map((row) => {
      const [code = '', latitude, longitude] = row.split(' ');
      return [code, { latitude: Number(latitude), longitude: Number(longitude) }];
    }),
);

export function coloPosition(code: string | undefined): Position | null {
  return (code === undefined ? undefined : COLOS.get(code)) ?? null;
}
